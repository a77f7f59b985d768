//+------------------------------------------------------------------+
//| A symbol's conditions as the hub is told them (protocol 2.7), and |
//| when they have changed.                                           |
//+------------------------------------------------------------------+
#include "Symbols.mqh"
#include "JsonWrite.mqh"

#define DAY_MINUTES 1440

//--- what the broker allows; the flags and the values of an order's filling are different numbers
string FillingNames(const string name)
  {
   long flags=SymbolInfoInteger(name,SYMBOL_FILLING_MODE);
   long execution=SymbolInfoInteger(name,SYMBOL_TRADE_EXEMODE);
   bool dealer=(execution==SYMBOL_TRADE_EXECUTION_INSTANT || execution==SYMBOL_TRADE_EXECUTION_REQUEST);
   string names="";
   if(dealer || (flags&SYMBOL_FILLING_FOK)!=0)
      names+=",\"fok\"";
   if(dealer || (flags&SYMBOL_FILLING_IOC)!=0)
      names+=",\"ioc\"";
   if(execution!=SYMBOL_TRADE_EXECUTION_MARKET)
      names+=",\"return\"";
   return("["+StringSubstr(names,1)+"]");
  }

string TradeModeName(const string name)
  {
   switch((ENUM_SYMBOL_TRADE_MODE)SymbolInfoInteger(name,SYMBOL_TRADE_MODE))
     {
      case SYMBOL_TRADE_MODE_FULL:
         return("full");
      case SYMBOL_TRADE_MODE_LONGONLY:
         return("long_only");
      case SYMBOL_TRADE_MODE_SHORTONLY:
         return("short_only");
      case SYMBOL_TRADE_MODE_CLOSEONLY:
         return("close_only");
      default:
         return("disabled");
     }
  }

//--- minutes of the broker's week; sessions that touch are one
string Hours(const string name)
  {
   string text="";
   int begin=-1;
   int end=-1;
   for(int day=0; day<7; day++)
     {
      datetime from=0;
      datetime to=0;
      for(uint index=0; SymbolInfoSessionTrade(name,(ENUM_DAY_OF_WEEK)day,index,from,to); index++)
        {
         int first=day*DAY_MINUTES+(int)((long)from/60);
         int last=day*DAY_MINUTES+(int)((long)to/60);
         if(first==end)
           {
            end=last;
            continue;
           }
         if(end>begin)
            text+=",["+IntegerToString(begin)+","+IntegerToString(end)+"]";
         begin=first;
         end=last;
        }
     }
   if(end>begin)
      text+=",["+IntegerToString(begin)+","+IntegerToString(end)+"]";
   return("["+StringSubstr(text,1)+"]");
  }

//--- everything but the value of a tick, which moves with every quote of another currency
string SpecFields(const string hub,const string name)
  {
   return(JText("symbol",hub)+JInteger("digits",SymbolInfoInteger(name,SYMBOL_DIGITS))
          +JDecimal("point",SymbolInfoDouble(name,SYMBOL_POINT))
          +JDecimal("tick_size",SymbolInfoDouble(name,SYMBOL_TRADE_TICK_SIZE))
          +JDecimal("contract_size",SymbolInfoDouble(name,SYMBOL_TRADE_CONTRACT_SIZE))
          +JDecimal("volume_min",SymbolInfoDouble(name,SYMBOL_VOLUME_MIN))
          +JDecimal("volume_max",SymbolInfoDouble(name,SYMBOL_VOLUME_MAX))
          +JDecimal("volume_step",SymbolInfoDouble(name,SYMBOL_VOLUME_STEP))
          +JInteger("stops_level",SymbolInfoInteger(name,SYMBOL_TRADE_STOPS_LEVEL))
          +JInteger("freeze_level",SymbolInfoInteger(name,SYMBOL_TRADE_FREEZE_LEVEL))
          +JRaw("filling",FillingNames(name))+JText("trade_mode",TradeModeName(name))+JRaw("hours",Hours(name)));
  }

class CSpecs
  {
private:
   string            m_symbols[];  // the hub's names
   string            m_names[];    // the broker's
   string            m_fields[];   // as they were sent last; "": never
   double            m_values[];   // a tick's value as it was sent last

   bool              Known(const string name) const;

public:
   void              Begin();
   //--- a welcomed symbol; false: the broker has none of that name
   bool              Add(const string hub);
   int               Count() const { return(ArraySize(m_symbols)); }
   string            Symbol(const int at) const { return(m_symbols[at]); }
   string            Name(const int at) const { return(m_names[at]); }
   //--- the terminal has what a spec must tell
   bool              Complete() const;
   //--- fields to send, where they are new or have changed; "": nothing to say
   string            Changed(const int at);
  };

void CSpecs::Begin()
  {
   ArrayFree(m_symbols);
   ArrayFree(m_names);
   ArrayFree(m_fields);
   ArrayFree(m_values);
  }

bool CSpecs::Add(const string hub)
  {
   string name=g_symbols.ToBroker(hub);
   if(StringLen(name)==0)
     {
      g_log.SayNew("welcomed "+hub,"this broker has no "+hub+", it is left out; where it is called otherwise, say so in InpSuffix or InpSymbolMap");
      return(false);
     }
   int count=ArraySize(m_symbols);
   ArrayResize(m_symbols,count+1);
   ArrayResize(m_names,count+1);
   ArrayResize(m_fields,count+1);
   ArrayResize(m_values,count+1);
   m_symbols[count]=hub;
   m_names[count]=name;
   m_fields[count]="";
   m_values[count]=0.0;
   return(true);
  }

bool CSpecs::Known(const string name) const
  {
   return(SymbolInfoDouble(name,SYMBOL_TRADE_TICK_VALUE)>0.0 && SymbolInfoDouble(name,SYMBOL_TRADE_TICK_SIZE)>0.0
          && SymbolInfoDouble(name,SYMBOL_VOLUME_STEP)>0.0);
  }

bool CSpecs::Complete() const
  {
   int count=ArraySize(m_names);
   for(int i=0; i<count; i++)
      if(!Known(m_names[i]))
         return(false);
   return(true);
  }

string CSpecs::Changed(const int at)
  {
   string name=m_names[at];
   if(!Known(name))
      return("");
   double value=SymbolInfoDouble(name,SYMBOL_TRADE_TICK_VALUE);
   string fields=SpecFields(m_symbols[at],name);
   if(fields==m_fields[at] && MathAbs(value-m_values[at])<0.01*m_values[at])
      return("");
   m_fields[at]=fields;
   m_values[at]=value;
   return(fields+JDecimal("tick_value",value));
  }

CSpecs g_specs;
