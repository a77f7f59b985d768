//+------------------------------------------------------------------+
//| Strings and bytes: UTF-8, the wire's ids and names, numbers.      |
//+------------------------------------------------------------------+
#define TEXT_LIMIT 512
#define ID_LIMIT   64

//--- UTF-8 with the final 0 that a char* needs; returns the length without it
int ToBytes(const string text,uchar &bytes[])
  {
   uchar fresh[];
   int written=StringToCharArray(text,fresh,0,WHOLE_ARRAY,CP_UTF8);
   ArrayResize(bytes,written);
   ArrayCopy(bytes,fresh,0,0,written);
   return(MathMax(0,written-1));
  }

string FromBytes(const uchar &bytes[],const int start,const int count)
  {
   if(count<=0)
      return("");
   return(CharArrayToString(bytes,start,count,CP_UTF8));
  }

string Clipped(const string text,const int most)
  {
   return(StringLen(text)<=most ? text : StringSubstr(text,0,most));
  }

//--- protocol 1.3: a control character, a separator of lines, or a mark of direction
bool IsUnruly(const ushort c)
  {
   return(c<0x20 || (c>=0x7F && c<=0x9F) || c==0x61C || c==0x200E || c==0x200F || (c>=0x2028 && c<=0x202E)
          || (c>=0x2066 && c<=0x2069));
  }

//--- what others wrote (a broker, a translator), as the wire takes it: such characters become spaces
string Plain(const string text,const int most)
  {
   string clipped=Clipped(text,most);
   string plain="";
   int size=StringLen(clipped);
   int from=0;
   for(int i=0; i<size; i++)
     {
      if(!IsUnruly(StringGetCharacter(clipped,i)))
         continue;
      plain+=StringSubstr(clipped,from,i-from)+" ";
      from=i+1;
     }
   return(from==0 ? clipped : plain+StringSubstr(clipped,from));
  }

//--- protocol 1.3: 1 to 64 characters of A-Z a-z 0-9 . _ : -
bool IsId(const string text)
  {
   int size=StringLen(text);
   if(size<1 || size>ID_LIMIT)
      return(false);
   for(int i=0; i<size; i++)
     {
      ushort c=StringGetCharacter(text,i);
      bool letter=(c>='a' && c<='z') || (c>='A' && c<='Z') || (c>='0' && c<='9');
      if(!letter && c!='.' && c!='_' && c!=':' && c!='-')
         return(false);
     }
   return(true);
  }

//--- protocol 1.3: 1 to 32 printable ASCII characters without the space
bool IsSymbolName(const string text)
  {
   int size=StringLen(text);
   if(size<1 || size>32)
      return(false);
   for(int i=0; i<size; i++)
     {
      ushort c=StringGetCharacter(text,i);
      if(c<=32 || c>126)
         return(false);
     }
   return(true);
  }

//--- a name that every file system takes
string AsFileName(const string text)
  {
   string name="";
   int size=StringLen(text);
   for(int i=0; i<size; i++)
     {
      string letter=StringSubstr(text,i,1);
      name+=(IsId(letter) && letter!=":") ? letter : "_";
     }
   return(name);
  }

//--- a number with as many decimals as it has, at most 10: lots, sizes and values, not prices
string Decimal(const double value)
  {
   string text=DoubleToString(value,10);
   int size=StringLen(text);
   while(size>0 && StringGetCharacter(text,size-1)=='0')
      size--;
   if(size>0 && StringGetCharacter(text,size-1)=='.')
      size--;
   text=StringSubstr(text,0,size);
   return(text=="-0" || StringLen(text)==0 ? "0" : text);
  }

string Hex(const uchar &bytes[],const int count)
  {
   string text="";
   for(int i=0; i<count && i<ArraySize(bytes); i++)
      text+=StringFormat("%02x",(int)bytes[i]);
   return(text);
  }

//--- the first 16 hexadecimal digits of SHA-256; "" where the terminal cannot make it
string Digest(const uchar &bytes[])
  {
   uchar key[];
   uchar hash[];
   if(CryptEncode(CRYPT_HASH_SHA256,bytes,key,hash)<8)
      return("");
   return(Hex(hash,8));
  }
