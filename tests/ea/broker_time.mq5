// Where broker time minus UTC changes, as the EA's own source has it: one line in the log for each.
#property version "1.00"
#include <Bitten/BrokerTime.mqh>

void OnTick()
  {
   g_broker_time.Begin();
   long known=-1;
   for(long at=(long)D'2018.01.01'*1000; at<(long)D'2031.01.01'*1000; at+=DAY_SECONDS*1000)
     {
      long noon=at+DAY_SECONDS*500+789;
      long utc=g_broker_time.ToUtc(noon);
      long back=(long)g_broker_time.FromUtc(utc);
      if(back!=noon/1000)
         Print("lost ",IntegerToString(noon)," ",IntegerToString(back));
      if(noon-utc!=known)
         Print("from ",IntegerToString(noon)," ",IntegerToString(noon-utc));
      known=noon-utc;
     }
   Print("over");
  }
