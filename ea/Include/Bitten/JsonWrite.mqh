//+------------------------------------------------------------------+
//| Fields of a JSON object, each with a comma before it, and frames. |
//+------------------------------------------------------------------+
#include "Text.mqh"

string JEscaped(const string text)
  {
   string escaped="";
   int size=StringLen(text);
   int from=0;
   for(int i=0; i<size; i++)
     {
      ushort c=StringGetCharacter(text,i);
      if(c>=32 && c!='"' && c!='\\')
         continue;
      escaped+=StringSubstr(text,from,i-from);
      escaped+=(c<32) ? StringFormat("\\u%04x",(int)c) : "\\"+ShortToString(c);
      from=i+1;
     }
   return(from==0 ? text : escaped+StringSubstr(text,from));
  }

string JRaw(const string key,const string value)     { return(",\""+key+"\":"+value); }
string JText(const string key,const string value)    { return(JRaw(key,"\""+JEscaped(value)+"\"")); }
string JInteger(const string key,const long value)   { return(JRaw(key,IntegerToString(value))); }
string JDecimal(const string key,const double value) { return(JRaw(key,Decimal(value))); }
string JFlag(const string key,const bool value)      { return(JRaw(key,value ? "true" : "false")); }
string JPrice(const string key,const double value,const int digits) { return(JRaw(key,DoubleToString(value,digits))); }

//--- an object of fields that each begin with a comma
string JObject(const string fields) { return("{"+StringSubstr(fields,1)+"}"); }

//--- a message inside a session (protocol 2.4)
string Frame(const string type,const string session,const string fields)
  {
   return("{\"type\":\""+type+"\",\"session\":\""+session+"\""+fields+"}");
  }
