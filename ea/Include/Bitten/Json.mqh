//+------------------------------------------------------------------+
//| A JSON reader. Integers stay integers, tickets never become       |
//| doubles; of a field given twice the last counts (protocol 1.3).   |
//+------------------------------------------------------------------+
#include "Text.mqh"

#define JSON_ROOT       0
#define JSON_MAX_DEPTH  8

enum ENUM_JSON { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_INTEGER, JSON_NUMBER, JSON_BOOL, JSON_NULL };

struct JsonNode
  {
   int               parent;
   ENUM_JSON         kind;
   string            key;
   string            value; // a string's text; of anything else the characters as they came
  };

class CJson
  {
private:
   JsonNode          m_nodes[];
   int               m_count;
   string            m_text;
   int               m_at;
   int               m_size;

   ushort            Peek() const;
   void              Blanks();
   bool              Accept(const ushort c);
   int               Add(const int parent,const string key,const ENUM_JSON kind);
   bool              Value(const int parent,const string key,const int depth);
   bool              Members(const int node,const ENUM_JSON kind,const int depth);
   bool              Quoted(string &text);
   bool              Escape(string &text);
   bool              Digits();
   bool              Number(const int node);
   bool              Word(const int node,const string word,const ENUM_JSON kind);

public:
   //--- the whole text is one object
   bool              Parse(const string text);
   //--- the node of a field; -1: absent
   int               Find(const int parent,const string key) const;
   //--- the next element of an array after node `after`; -1: no more
   int               Next(const int parent,const int after) const;
   //--- any value's characters
   string            Raw(const int node) const { return(m_nodes[node].value); }
   ENUM_JSON         Kind(const int node) const { return(m_nodes[node].kind); }

   //--- required fields: false where one is absent, of another type or out of its range
   bool              Text(const int parent,const string key,const int most,string &value) const;
   bool              Id(const int parent,const string key,string &value) const;
   bool              Symbol(const int parent,const string key,string &value) const;
   bool              Integer(const int parent,const string key,const long least,long &value) const;
   bool              Real(const int parent,const string key,const double least,double &value) const;
   bool              Flag(const int parent,const string key,bool &value) const;
   int               Object(const int parent,const string key,const ENUM_JSON kind) const;
  };

bool CJson::Parse(const string text)
  {
   m_text=text;
   m_at=0;
   m_size=StringLen(text);
   m_count=0;
   ArrayResize(m_nodes,0,64);
   Blanks();
   if(Peek()!='{' || !Value(-1,"",0))
      return(false);
   Blanks();
   return(m_at==m_size);
  }

ushort CJson::Peek() const
  {
   return(m_at<m_size ? StringGetCharacter(m_text,m_at) : (ushort)0);
  }

void CJson::Blanks()
  {
   while(m_at<m_size)
     {
      ushort c=Peek();
      if(c!=' ' && c!='\t' && c!='\n' && c!='\r')
         return;
      m_at++;
     }
  }

bool CJson::Accept(const ushort c)
  {
   if(m_at>=m_size || Peek()!=c)
      return(false);
   m_at++;
   return(true);
  }

int CJson::Add(const int parent,const string key,const ENUM_JSON kind)
  {
   int node=m_count;
   m_count++;
   ArrayResize(m_nodes,m_count,64);
   m_nodes[node].parent=parent;
   m_nodes[node].key=key;
   m_nodes[node].kind=kind;
   m_nodes[node].value="";
   return(node);
  }

bool CJson::Value(const int parent,const string key,const int depth)
  {
   if(depth>JSON_MAX_DEPTH)
      return(false);
   ushort c=Peek();
   int from=m_at;
   if(c=='{' || c=='[')
     {
      ENUM_JSON kind=(c=='{') ? JSON_OBJECT : JSON_ARRAY;
      int node=Add(parent,key,kind);
      if(!Members(node,kind,depth))
         return(false);
      m_nodes[node].value=StringSubstr(m_text,from,m_at-from);
      return(true);
     }
   if(c=='"')
     {
      string text="";
      if(!Quoted(text))
         return(false);
      int node=Add(parent,key,JSON_STRING);
      m_nodes[node].value=text;
      return(true);
     }
   int node=Add(parent,key,JSON_NULL);
   if(c=='t')
      return(Word(node,"true",JSON_BOOL));
   if(c=='f')
      return(Word(node,"false",JSON_BOOL));
   if(c=='n')
      return(Word(node,"null",JSON_NULL));
   return(Number(node));
  }

bool CJson::Members(const int node,const ENUM_JSON kind,const int depth)
  {
   ushort end=(kind==JSON_OBJECT) ? '}' : ']';
   m_at++;
   Blanks();
   if(Accept(end))
      return(true);
   while(m_at<m_size)
     {
      string key="";
      Blanks();
      if(kind==JSON_OBJECT)
        {
         if(!Quoted(key))
            return(false);
         Blanks();
         if(!Accept(':'))
            return(false);
         Blanks();
        }
      if(!Value(node,key,depth+1))
         return(false);
      Blanks();
      if(Accept(end))
         return(true);
      if(!Accept(','))
         return(false);
     }
   return(false);
  }

bool CJson::Quoted(string &text)
  {
   text="";
   if(!Accept('"'))
      return(false);
   int from=m_at;
   while(m_at<m_size)
     {
      ushort c=Peek();
      if(c<32)
         return(false);
      if(c!='"' && c!='\\')
        {
         m_at++;
         continue;
        }
      text+=StringSubstr(m_text,from,m_at-from);
      m_at++;
      if(c=='"')
         return(true);
      if(!Escape(text))
         return(false);
      from=m_at;
     }
   return(false);
  }

bool CJson::Escape(string &text)
  {
   ushort c=Peek();
   m_at++;
   switch(c)
     {
      case '"':
      case '\\':
      case '/':
         text+=ShortToString(c);
         return(true);
      case 'b':
         text+=ShortToString(8);
         return(true);
      case 'f':
         text+=ShortToString(12);
         return(true);
      case 'n':
         text+="\n";
         return(true);
      case 'r':
         text+="\r";
         return(true);
      case 't':
         text+="\t";
         return(true);
      case 'u':
         break;
      default:
         return(false);
     }
   int code=0;
   for(int i=0; i<4; i++)
     {
      int digit=StringFind("0123456789abcdef0123456789ABCDEF",ShortToString(Peek()));
      if(digit<0 || m_at>=m_size)
         return(false);
      code=code*16+digit%16;
      m_at++;
     }
   text+=ShortToString((ushort)code);
   return(true);
  }

bool CJson::Digits()
  {
   int from=m_at;
   while(Peek()>='0' && Peek()<='9')
      m_at++;
   return(m_at>from);
  }

bool CJson::Number(const int node)
  {
   int from=m_at;
   ENUM_JSON kind=JSON_INTEGER;
   Accept('-');
   if(!Digits())
      return(false);
   if(Accept('.'))
     {
      kind=JSON_NUMBER;
      if(!Digits())
         return(false);
     }
   if(Accept('e') || Accept('E'))
     {
      kind=JSON_NUMBER;
      if(!Accept('+'))
         Accept('-');
      if(!Digits())
         return(false);
     }
   m_nodes[node].kind=kind;
   m_nodes[node].value=StringSubstr(m_text,from,m_at-from);
   return(true);
  }

bool CJson::Word(const int node,const string word,const ENUM_JSON kind)
  {
   int size=StringLen(word);
   if(StringSubstr(m_text,m_at,size)!=word)
      return(false);
   m_at+=size;
   m_nodes[node].kind=kind;
   m_nodes[node].value=word;
   return(true);
  }

int CJson::Find(const int parent,const string key) const
  {
   for(int i=m_count-1; i>parent; i--)
      if(m_nodes[i].parent==parent && m_nodes[i].key==key)
         return(i);
   return(-1);
  }

int CJson::Next(const int parent,const int after) const
  {
   for(int i=MathMax(parent,after)+1; i<m_count; i++)
      if(m_nodes[i].parent==parent)
         return(i);
   return(-1);
  }

int CJson::Object(const int parent,const string key,const ENUM_JSON kind) const
  {
   int node=Find(parent,key);
   return(node>=0 && m_nodes[node].kind==kind ? node : -1);
  }

bool CJson::Text(const int parent,const string key,const int most,string &value) const
  {
   int node=Object(parent,key,JSON_STRING);
   if(node<0 || StringLen(m_nodes[node].value)>most)
      return(false);
   value=m_nodes[node].value;
   return(true);
  }

bool CJson::Id(const int parent,const string key,string &value) const
  {
   return(Text(parent,key,ID_LIMIT,value) && IsId(value));
  }

bool CJson::Symbol(const int parent,const string key,string &value) const
  {
   return(Text(parent,key,32,value) && IsSymbolName(value));
  }

//--- integers up to 2^63 - 1, read as integers
bool CJson::Integer(const int parent,const string key,const long least,long &value) const
  {
   int node=Object(parent,key,JSON_INTEGER);
   if(node<0)
      return(false);
   string text=m_nodes[node].value;
   long number=StringToInteger(text);
   if(IntegerToString(number)!=text || number<least)
      return(false);
   value=number;
   return(true);
  }

bool CJson::Real(const int parent,const string key,const double least,double &value) const
  {
   int node=Find(parent,key);
   if(node<0 || (m_nodes[node].kind!=JSON_INTEGER && m_nodes[node].kind!=JSON_NUMBER))
      return(false);
   double number=StringToDouble(m_nodes[node].value);
   if(!MathIsValidNumber(number) || number<least)
      return(false);
   value=number;
   return(true);
  }

bool CJson::Flag(const int parent,const string key,bool &value) const
  {
   int node=Object(parent,key,JSON_BOOL);
   if(node<0)
      return(false);
   value=(m_nodes[node].value=="true");
   return(true);
  }
