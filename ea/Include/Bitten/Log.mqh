//+------------------------------------------------------------------+
//| One clear line a message in the Experts log.                      |
//+------------------------------------------------------------------+
class CLog
  {
private:
   string            m_topics[];
   string            m_texts[];

public:
   //--- a line of its own, each time
   void              Say(const string text) { Print("BITTEN: ",text); }
   //--- a condition that lasts: said when it begins and when its words change
   void              SayNew(const string topic,const string text);
   //--- the condition is over: should it come back, it is said again
   void              Over(const string topic);
  };

void CLog::SayNew(const string topic,const string text)
  {
   int count=ArraySize(m_topics);
   int at=0;
   while(at<count && m_topics[at]!=topic)
      at++;
   if(at==count)
     {
      ArrayResize(m_topics,count+1);
      ArrayResize(m_texts,count+1);
      m_topics[at]=topic;
     }
   else
      if(m_texts[at]==text)
         return;
   m_texts[at]=text;
   Say(text);
  }

void CLog::Over(const string topic)
  {
   int count=ArraySize(m_topics);
   for(int i=0; i<count; i++)
      if(m_topics[i]==topic)
         m_texts[i]="";
  }

CLog g_log;
