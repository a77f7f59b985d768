//+------------------------------------------------------------------+
//| The two sockets (protocol 1): opened anew for every try, never    |
//| waited for. A full queue costs ticks first, then telemetry, of    |
//| which the newest is kept; the rest waits here until there is room.|
//+------------------------------------------------------------------+
#include "Inputs.mqh"
#include "Zmq.mqh"
#include "Chance.mqh"
#include "Keys.mqh"
#include "Log.mqh"
#include "Clock.mqh"

#define MAX_FRAME     65536
#define HIGH_WATER    100
#define SEND_BUFFER   65536
#define FAREWELL_MS   200

enum ENUM_SENT { SENT_GONE, SENT_FULL, SENT_FAILED };

class CWire
  {
private:
   long              m_context;
   long              m_command;
   long              m_feedback;
   string            m_commands[];  // waiting for room, oldest first
   string            m_feedbacks[];
   string            m_telemetry[];
   uchar             m_buffer[];

   long              Socket(const int type,const string routing_id);
   bool              Connect(const long socket,const int port);
   ENUM_SENT         Try(const long socket,const string frame);
   bool              More(const long socket);
   void              Queue(string &waiting[],const long socket,const string frame);
   void              Flush(string &waiting[],const long socket);
   void              CloseSockets(const int linger);

public:
   ulong             ticks_sent;
   ulong             ticks_dropped;
   long              fed_at;    // when anything last went to the feedback channel, EA's clock
   ulong             oversized; // frames of more than 64 KiB, or of several parts

   bool              Begin();
   void              End();
   //--- close both and connect new ones, under a routing id that nobody had
   bool              Open();
   void              Close();
   bool              IsOpen() const { return(m_command!=0); }

   void              SendCommand(const string frame)  { Queue(m_commands,m_command,frame); }
   void              SendFeedback(const string frame) { fed_at=g_clock.Now(); Queue(m_feedbacks,m_feedback,frame); }
   //--- dropped and counted where there is no room
   void              SendTicks(const string frame,const int count);
   //--- what was waiting is dropped for it
   void              SendTelemetry(const string &frames[]);
   //--- not worth a place in a queue
   void              SendHeartbeat(const string frame);
   void              FlushAll();
   //--- the next message of the hub; false: none
   bool              Receive(string &text);
  };

bool CWire::Begin()
  {
   m_command=0;
   m_feedback=0;
   ticks_sent=0;
   fed_at=0;
   ticks_dropped=0;
   oversized=0;
   ArrayResize(m_buffer,MAX_FRAME);
   m_context=zmq_ctx_new();
   return(m_context!=0);
  }

void CWire::End()
  {
   CloseSockets(FAREWELL_MS);
   if(m_context!=0)
      zmq_ctx_term(m_context);
   m_context=0;
  }

bool CWire::Open()
  {
   Close();
   m_command=Socket(ZMQ_DEALER,RandomHex());
   m_feedback=Socket(ZMQ_PUSH,"");
   if(m_command!=0 && m_feedback!=0 && Connect(m_command,InpCommandPort) && Connect(m_feedback,InpFeedbackPort))
      return(true);
   Close();
   return(false);
  }

void CWire::Close()
  {
   CloseSockets(FAREWELL_MS);
   ArrayFree(m_commands);
   ArrayFree(m_feedbacks);
   ArrayFree(m_telemetry);
  }

//--- LINGER and SNDHWM before anything can be sent; no silent reconnect, which would be deaf (protocol 1.5)
long CWire::Socket(const int type,const string routing_id)
  {
   long socket=zmq_socket(m_context,type);
   if(socket==0)
      return(0);
   int linger=0;
   int high_water=HIGH_WATER;
   int buffer=SEND_BUFFER;
   int immediate=1;
   int never=-1;
   bool good=zmq_setsockopt(socket,ZMQ_LINGER,linger,4)==0
             && zmq_setsockopt(socket,ZMQ_SNDHWM,high_water,4)==0
             && zmq_setsockopt(socket,ZMQ_SNDBUF,buffer,4)==0
             && zmq_setsockopt(socket,ZMQ_IMMEDIATE,immediate,4)==0
             && zmq_setsockopt(socket,ZMQ_RECONNECT_IVL,never,4)==0;
   if(good && StringLen(routing_id)!=0)
     {
      uchar id[];
      int size=ToBytes(routing_id,id);
      good=zmq_setsockopt(socket,ZMQ_ROUTING_ID,id,(ulong)size)==0;
     }
   if(good && StringLen(InpServerKey)!=0)
      good=g_keys.Secure(socket,InpServerKey);
   if(good)
      return(socket);
   g_log.Say("libzmq refused a socket's options, error "+IntegerToString(zmq_errno())+": is InpServerKey the hub's public key of 40 characters?");
   zmq_close(socket);
   return(0);
  }

bool CWire::Connect(const long socket,const int port)
  {
   string endpoint="tcp://"+InpHost+":"+IntegerToString(port);
   uchar bytes[];
   ToBytes(endpoint,bytes);
   if(zmq_connect(socket,bytes)==0)
      return(true);
   g_log.Say("libzmq cannot connect to "+endpoint+", error "+IntegerToString(zmq_errno())+": check InpHost and the ports");
   return(false);
  }

void CWire::CloseSockets(const int linger)
  {
   if(m_command!=0)
     {
      zmq_setsockopt(m_command,ZMQ_LINGER,linger,4);
      zmq_close(m_command);
     }
   if(m_feedback!=0)
     {
      zmq_setsockopt(m_feedback,ZMQ_LINGER,linger,4);
      zmq_close(m_feedback);
     }
   m_command=0;
   m_feedback=0;
  }

ENUM_SENT CWire::Try(const long socket,const string frame)
  {
   if(socket==0)
      return(SENT_FULL);
   uchar bytes[];
   int size=ToBytes(frame,bytes);
   if(size>MAX_FRAME)
     {
      g_log.Say("a message of "+IntegerToString(size)+" bytes was not sent, a frame takes 65536: "+Clipped(frame,80));
      return(SENT_FAILED);
     }
   if(zmq_send(socket,bytes,(ulong)size,ZMQ_DONTWAIT)>=0)
      return(SENT_GONE);
   int error=zmq_errno();
   if(error==ZMQ_EAGAIN)
      return(SENT_FULL);
   g_log.SayNew("send","libzmq did not send, error "+IntegerToString(error));
   return(SENT_FAILED);
  }

void CWire::Queue(string &waiting[],const long socket,const string frame)
  {
   int count=ArraySize(waiting);
   if(count==0 && Try(socket,frame)!=SENT_FULL)
      return;
   ArrayResize(waiting,count+1,256);
   waiting[count]=frame;
  }

void CWire::Flush(string &waiting[],const long socket)
  {
   int count=ArraySize(waiting);
   int gone=0;
   while(gone<count && Try(socket,waiting[gone])!=SENT_FULL)
      gone++;
   if(gone>0)
      ArrayRemove(waiting,0,(uint)gone);
  }

void CWire::FlushAll()
  {
   if(m_command==0)
      return;
   Flush(m_commands,m_command);
   Flush(m_feedbacks,m_feedback);
   if(ArraySize(m_feedbacks)==0)
      Flush(m_telemetry,m_feedback);
  }

void CWire::SendTicks(const string frame,const int count)
  {
   fed_at=g_clock.Now();
   bool room=ArraySize(m_feedbacks)==0 && ArraySize(m_telemetry)==0;
   if(room && Try(m_feedback,frame)==SENT_GONE)
      ticks_sent+=(ulong)count;
   else
      ticks_dropped+=(ulong)count;
  }

void CWire::SendTelemetry(const string &frames[])
  {
   fed_at=g_clock.Now();
   ArrayFree(m_telemetry);
   ArrayCopy(m_telemetry,frames);
   FlushAll();
  }

void CWire::SendHeartbeat(const string frame)
  {
   fed_at=g_clock.Now();
   if(ArraySize(m_feedbacks)==0 && ArraySize(m_telemetry)==0)
      Try(m_feedback,frame);
  }

bool CWire::More(const long socket)
  {
   int more=0;
   ulong size=4;
   return(zmq_getsockopt(socket,ZMQ_RCVMORE,more,size)==0 && more!=0);
  }

bool CWire::Receive(string &text)
  {
   while(m_command!=0)
     {
      int got=zmq_recv(m_command,m_buffer,MAX_FRAME,ZMQ_DONTWAIT);
      if(got<0)
         return(false);
      bool whole=got<=MAX_FRAME; // zmq_recv tells the full size of a frame that it cut
      bool single=!More(m_command);
      while(More(m_command))
         if(zmq_recv(m_command,m_buffer,MAX_FRAME,ZMQ_DONTWAIT)<0)
            return(false);
      if(whole && single)
        {
         text=FromBytes(m_buffer,0,got);
         return(true);
        }
      oversized++;
     }
   return(false);
  }

CWire g_wire;
