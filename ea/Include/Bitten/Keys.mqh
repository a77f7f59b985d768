//+------------------------------------------------------------------+
//| The EA's CURVE key pair: made on the first run, kept in the       |
//| terminal's own files, one for each user (protocol 1.6).           |
//+------------------------------------------------------------------+
#include "Zmq.mqh"
#include "Text.mqh"
#include "Log.mqh"

#define KEY_LETTERS 40

class CKeys
  {
private:
   string            m_public;
   string            m_secret;

   bool              Read(const string name);
   bool              Make(const string name);

public:
   //--- false where the pair can neither be read nor made; the log says why
   bool              Begin(const string user);
   string            Public() const { return(m_public); }
   //--- before the socket connects
   bool              Secure(const long socket,const string server_key) const;
  };

bool CKeys::Begin(const string user)
  {
   string name="BITTEN\\"+AsFileName(user)+".key";
   if(FileIsExist(name))
     {
      if(Read(name))
         return(true);
      g_log.Say("the key file MQL5\\Files\\"+name+" cannot be read: restore it from a backup, or delete it, attach the EA again and give the operator the new public key");
      return(false);
     }
   if(!Make(name))
      return(false);
   g_log.Say("a key pair was made. Your public key, for the hub's operator: "+m_public);
   return(true);
  }

bool CKeys::Read(const string name)
  {
   int file=FileOpen(name,FILE_READ|FILE_BIN);
   if(file==INVALID_HANDLE)
      return(false);
   uchar bytes[];
   uint count=FileReadArray(file,bytes);
   FileClose(file);
   if(count<2*KEY_LETTERS+1)
      return(false);
   m_public=FromBytes(bytes,0,KEY_LETTERS);
   m_secret=FromBytes(bytes,KEY_LETTERS+1,KEY_LETTERS);
   return(StringLen(m_public)==KEY_LETTERS && StringLen(m_secret)==KEY_LETTERS);
  }

bool CKeys::Make(const string name)
  {
   uchar public_key[ZMQ_KEY_SIZE];
   uchar secret_key[ZMQ_KEY_SIZE];
   ArrayInitialize(public_key,0);
   ArrayInitialize(secret_key,0);
   if(zmq_curve_keypair(public_key,secret_key)!=0)
     {
      g_log.Say("this libzmq.dll was built without CURVE: take the one that `bitten ea export` gives");
      return(false);
     }
   m_public=FromBytes(public_key,0,KEY_LETTERS);
   m_secret=FromBytes(secret_key,0,KEY_LETTERS);
   FolderCreate("BITTEN");
   int file=FileOpen(name,FILE_WRITE|FILE_BIN);
   if(file==INVALID_HANDLE)
     {
      g_log.Say("the key file MQL5\\Files\\"+name+" cannot be written, error "+IntegerToString(GetLastError())+": is the disk full or the folder protected?");
      return(false);
     }
   uchar bytes[];
   int count=ToBytes(m_public+"\n"+m_secret+"\n",bytes);
   uint written=FileWriteArray(file,bytes,0,count);
   FileFlush(file);
   FileClose(file);
   return(written==(uint)count);
  }

bool CKeys::Secure(const long socket,const string server_key) const
  {
   uchar server[];
   uchar mine[];
   uchar secret[];
   ToBytes(server_key,server);
   ToBytes(m_public,mine);
   ToBytes(m_secret,secret);
   return(zmq_setsockopt(socket,ZMQ_CURVE_SERVERKEY,server,KEY_LETTERS)==0
          && zmq_setsockopt(socket,ZMQ_CURVE_PUBLICKEY,mine,KEY_LETTERS)==0
          && zmq_setsockopt(socket,ZMQ_CURVE_SECRETKEY,secret,KEY_LETTERS)==0);
  }

CKeys g_keys;
