//+------------------------------------------------------------------+
//| Broker time is not UTC: its offset now, and on any day of the     |
//| past (protocol 3.2). Market time is broker time turned into UTC.  |
//+------------------------------------------------------------------+
#include "Inputs.mqh"

#define HOUR_SECONDS    3600
#define DAY_SECONDS     86400
#define QUARTER_SECONDS 900

class CBrokerTime
  {
private:
   long              m_newest_tick; // broker milliseconds

   ENUM_SUMMER_TIME  Rule(const long offset,const datetime now) const;
   long              NowSeconds() const;

public:
   void              Begin() { m_newest_tick=0; }
   void              Ticked(const long broker_ms) { m_newest_tick=MathMax(m_newest_tick,broker_ms); }
   //--- broker time minus UTC now, milliseconds
   long              Offset() const { return(NowSeconds()*1000); }
   //--- broker milliseconds into UTC, by the offset of their own day
   long              ToUtc(const long broker_ms) const;
   datetime          FromUtc(const long utc_ms) const;
   //--- broker milliseconds now: of the server's clock, or of a tick that is newer
   long              Now() const { return(MathMax((long)TimeTradeServer()*1000,m_newest_tick)); }
   //--- market time now (protocol 1.4)
   long              Market() const { return(ToUtc(Now())); }
  };

//--- the Sunday on or after a day of a month, 00:00
datetime SundayFrom(const int year,const int month,const int day)
  {
   MqlDateTime date={};
   date.year=year;
   date.mon=month;
   date.day=day;
   datetime begin=StructToTime(date);
   TimeToStruct(begin,date);
   return((datetime)((long)begin+(long)((7-date.day_of_week)%7)*DAY_SECONDS));
  }

bool IsSummer(const ENUM_SUMMER_TIME rule,const datetime when)
  {
   MqlDateTime date={};
   TimeToStruct(when,date);
   if(rule==SUMMER_EU)
      return(when>=SundayFrom(date.year,3,25) && when<SundayFrom(date.year,10,25));
   if(rule==SUMMER_US)
      return(when>=SundayFrom(date.year,3,8) && when<SundayFrom(date.year,11,1));
   return(false);
  }

long CBrokerTime::NowSeconds() const
  {
   if(InpBrokerUtcHours>UTC_HOURS_AUTO)
      return((long)MathRound(InpBrokerUtcHours*(double)HOUR_SECONDS));
   double ahead=(double)((long)TimeTradeServer()-(long)TimeGMT());
   return((long)MathRound(ahead/(double)QUARTER_SECONDS)*QUARTER_SECONDS);
  }

//--- a broker at +2 in winter and +3 in summer keeps New York's close at midnight
ENUM_SUMMER_TIME CBrokerTime::Rule(const long offset,const datetime now) const
  {
   if(InpBrokerSummer!=SUMMER_AUTO)
      return(InpBrokerSummer);
   long expected=IsSummer(SUMMER_US,now) ? 3*HOUR_SECONDS : 2*HOUR_SECONDS;
   return(offset==expected ? SUMMER_US : SUMMER_NONE);
  }

long CBrokerTime::ToUtc(const long broker_ms) const
  {
   datetime now=TimeTradeServer();
   long offset=NowSeconds();
   ENUM_SUMMER_TIME rule=Rule(offset,now);
   long winter=offset-(IsSummer(rule,now) ? HOUR_SECONDS : 0);
   datetime when=(datetime)(broker_ms/1000);
   return(broker_ms-(winter+(IsSummer(rule,when) ? HOUR_SECONDS : 0))*1000);
  }

datetime CBrokerTime::FromUtc(const long utc_ms) const
  {
   long now=NowSeconds();
   long guess=utc_ms/1000+now;
   long back=ToUtc(guess*1000)/1000;
   return((datetime)(guess+utc_ms/1000-back));
  }

CBrokerTime g_broker_time;
