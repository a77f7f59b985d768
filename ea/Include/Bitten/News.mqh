//+------------------------------------------------------------------+
//| The terminal's economic calendar for the hub (protocol 3.3): what |
//| moves markets, from an hour ago to two days ahead, again each hour|
//+------------------------------------------------------------------+
#include "BrokerTime.mqh"
#include "JsonWrite.mqh"
#include "Wire.mqh"

#define NEWS_AGAIN_MS   3600000
#define NEWS_BEFORE     HOUR_SECONDS
#define NEWS_AHEAD      (2*DAY_SECONDS)
#define NEWS_A_FRAME    100
#define NEWS_NAME_LIMIT 128

class CNews
  {
private:
   long              m_at;

   string            Row(const MqlCalendarValue &value) const;

public:
   void              Begin() { m_at=0; }
   void              Poll(const string session,const long now);
  };

//--- a terminal without a calendar, or one that is still loading it, tells nothing
void CNews::Poll(const string session,const long now)
  {
   datetime server=TimeTradeServer();
   if(now<m_at || server==0)
      return;
   m_at=now+NEWS_AGAIN_MS;
   MqlCalendarValue values[];
   int count=CalendarValueHistory(values,(datetime)((long)server-NEWS_BEFORE),(datetime)((long)server+NEWS_AHEAD));
   string rows="";
   int told=0;
   for(int i=0; i<count; i++)
     {
      string row=Row(values[i]);
      if(StringLen(row)!=0)
        {
         rows+=","+row;
         told++;
        }
      if(told==NEWS_A_FRAME || (i==count-1 && told>0))
        {
         g_wire.SendFeedback(Frame("calendar",session,JRaw("rows","["+StringSubstr(rows,1)+"]")));
         rows="";
         told=0;
        }
     }
  }

//--- "": of no importance, or at a time that nobody knows
string CNews::Row(const MqlCalendarValue &value) const
  {
   MqlCalendarEvent event={};
   MqlCalendarCountry country={};
   if(!CalendarEventById(value.event_id,event) || event.importance<CALENDAR_IMPORTANCE_MODERATE
      || event.time_mode!=CALENDAR_TIMEMODE_DATETIME || !CalendarCountryById((long)event.country_id,country))
      return("");
   return("["+IntegerToString(g_broker_time.ToUtc((long)value.time*1000))+",\""+JEscaped(Plain(country.currency,16))+"\","
          +IntegerToString((long)event.importance)+",\""+JEscaped(Plain(event.name,NEWS_NAME_LIMIT))+"\"]");
  }

CNews g_news;
