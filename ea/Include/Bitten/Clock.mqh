//+------------------------------------------------------------------+
//| The EA's own clock: wall time once, then a counter that never     |
//| jumps (protocol 1.4, 2.10). And how long each period is (1.8).    |
//+------------------------------------------------------------------+
#define TELEMETRY_MS 5000

class CClock
  {
private:
   datetime          m_first;
   long              m_base;
   bool              m_set;

   long              Counter() const { return((long)(GetMicrosecondCount()/1000)); }

public:
   void              Begin();
   //--- the terminal tells whole seconds only: the clock is set when one of them begins
   bool              Set();
   //--- milliseconds since 1970 UTC
   long              Now() const { return(m_base+Counter()); }
  };

void CClock::Begin()
  {
   m_first=TimeGMT();
   m_base=(long)m_first*1000-Counter();
   m_set=false;
  }

bool CClock::Set()
  {
   if(m_set)
      return(true);
   datetime now=TimeGMT();
   if(now==m_first)
      return(false);
   m_base=(long)now*1000-Counter();
   m_set=true;
   return(true);
  }

//--- the pace of the session: every period of the protocol is written for 5000
class CPace
  {
private:
   long              m_telemetry_ms;

public:
   void              Begin(const long telemetry_ms) { m_telemetry_ms=telemetry_ms; }
   long              TelemetryMs() const { return(m_telemetry_ms); }
   long              Scaled(const long milliseconds) const { return(milliseconds*m_telemetry_ms/TELEMETRY_MS); }
  };

CClock g_clock;
CPace  g_pace;
