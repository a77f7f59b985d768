//+------------------------------------------------------------------+
//| The hub's symbols and the broker's names for them: EURUSD is      |
//| EURUSDm at one, GOLD is XAUUSD at another. What is ambiguous is   |
//| refused, never guessed.                                           |
//+------------------------------------------------------------------+
#include "Inputs.mqh"
#include "Text.mqh"
#include "Log.mqh"

class CSymbols
  {
private:
   string            m_hub[];
   string            m_broker[];

   string            Listed(const string hub) const;
   string            Look(const string hub) const;
   string            Alike(const string hub) const;

public:
   void              Begin();
   //--- the broker's name of a hub's symbol, in the Market Watch; "": it has none
   string            ToBroker(const string hub);
   //--- the hub's name of a broker's symbol; one that the hub never named keeps its own
   string            ToHub(const string broker) const;
  };

bool Exists(const string name)
  {
   bool custom=false;
   return(StringLen(name)!=0 && SymbolExist(name,custom));
  }

void CSymbols::Begin()
  {
   ArrayFree(m_hub);
   ArrayFree(m_broker);
  }

string CSymbols::ToBroker(const string hub)
  {
   int count=ArraySize(m_hub);
   for(int i=0; i<count; i++)
      if(m_hub[i]==hub)
         return(m_broker[i]);
   string name=Look(hub);
   if(StringLen(name)==0 || !SymbolSelect(name,true))
      return("");
   ArrayResize(m_hub,count+1);
   ArrayResize(m_broker,count+1);
   m_hub[count]=hub;
   m_broker[count]=name;
   return(name);
  }

string CSymbols::ToHub(const string broker) const
  {
   int count=ArraySize(m_broker);
   for(int i=0; i<count; i++)
      if(m_broker[i]==broker)
         return(m_hub[i]);
   return(broker);
  }

//--- from the inputs, or as it is called, or the one name that begins so
string CSymbols::Look(const string hub) const
  {
   string listed=Listed(hub);
   if(StringLen(listed)!=0)
      return(Exists(listed) ? listed : "");
   if(StringLen(InpPrefix)!=0 || StringLen(InpSuffix)!=0)
     {
      string name=InpPrefix+hub+InpSuffix;
      return(Exists(name) ? name : "");
     }
   return(Exists(hub) ? hub : Alike(hub));
  }

string CSymbols::Listed(const string hub) const
  {
   string pairs[];
   int count=StringSplit(InpSymbolMap,';',pairs);
   for(int i=0; i<count; i++)
     {
      string sides[];
      if(StringSplit(pairs[i],'=',sides)!=2)
         continue;
      StringTrimLeft(sides[0]);
      StringTrimRight(sides[0]);
      StringTrimLeft(sides[1]);
      StringTrimRight(sides[1]);
      if(sides[0]==hub)
         return(sides[1]);
     }
   return("");
  }

string CSymbols::Alike(const string hub) const
  {
   string found="";
   int count=SymbolsTotal(false);
   for(int i=0; i<count; i++)
     {
      string name=SymbolName(i,false);
      if(StringFind(name,hub)!=0)
         continue;
      if(StringLen(found)!=0)
        {
         g_log.SayNew("symbol "+hub,hub+" may be "+found+" or "+name+" at this broker: say which in InpSuffix or InpSymbolMap");
         return("");
        }
      found=name;
     }
   if(StringLen(found)!=0)
      g_log.SayNew("symbol "+hub,hub+" is "+found+" at this broker");
   return(found);
  }

CSymbols g_symbols;
