//+------------------------------------------------------------------+
//| Which events to send, and when to send them again, until the hub  |
//| has acked them (protocol 6.1, 6.2): 64 at a time over the ledger's.|
//+------------------------------------------------------------------+
#include "Ledger.mqh"
#include "Wire.mqh"

#define OUTBOX_WINDOW   64
#define FIRST_WAIT_MS   2000
#define LONGEST_WAIT_MS 30000

class COutbox
  {
private:
   long              m_next;     // the event to send next
   long              m_base;     // where the window begins, unless a later event is the oldest unacked
   long              m_wait;
   long              m_progress; // when an ack last came or all was sent anew, EA's clock

public:
   //--- begin with the oldest unacked, as after `welcome` and after every `live`
   void              Restart();
   void              Ack(const long n);
   void              Resend(const long from);
   void              Send(const string session);
  };

void COutbox::Restart()
  {
   m_next=g_ledger.FirstEvent();
   m_base=m_next;
   m_wait=FIRST_WAIT_MS;
   m_progress=g_clock.Now();
  }

//--- a number that was never given tells of nothing beyond those that were
void COutbox::Ack(const long n)
  {
   long acked=MathMin(n,g_ledger.NextEvent()-1);
   if(acked<g_ledger.FirstEvent())
      return;
   g_ledger.Acked(acked);
   m_next=MathMax(m_next,acked+1);
   m_wait=FIRST_WAIT_MS;
   m_progress=g_clock.Now();
  }

void COutbox::Resend(const long from)
  {
   m_next=MathMax(from,g_ledger.FirstEvent());
   m_base=m_next;
   m_progress=g_clock.Now();
  }

void COutbox::Send(const string session)
  {
   long first=g_ledger.FirstEvent();
   long following=g_ledger.NextEvent();
   long now=g_clock.Now();
   if(first==following)
     {
      m_progress=now;
      m_next=following;
      return;
     }
   if(now-m_progress>=g_pace.Scaled(m_wait))
     {
      m_next=first;
      m_base=first;
      m_wait=MathMin(2*m_wait,(long)LONGEST_WAIT_MS);
      m_progress=now;
     }
   m_next=MathMax(m_next,first);
   long end=MathMin(MathMax(first,m_base)+OUTBOX_WINDOW,following);
   while(m_next<end)
     {
      g_wire.SendFeedback(g_ledger.FrameOf(m_next,session));
      m_next++;
     }
  }

COutbox g_outbox;
