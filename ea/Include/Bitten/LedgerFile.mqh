//+------------------------------------------------------------------+
//| A file of lines, each with a checksum before it, held open alone. |
//| A line is written whole or it does not count: a torn end is what  |
//| a death in the middle of a write leaves, anything else is damage. |
//+------------------------------------------------------------------+
#include "Text.mqh"

#define DIGEST_SIZE 16

enum ENUM_FILE_STATE { FILE_HELD, FILE_SOUND, FILE_TORN, FILE_DAMAGED };

class CLedgerFile
  {
private:
   string            m_name;
   int               m_file;

   bool              Grab();
   bool              Write(const int file,const string line) const;
   bool              Line(const uchar &bytes[],const int start,const int end,string &line) const;

public:
   void              Begin() { m_file=INVALID_HANDLE; }
   //--- opened without sharing; FILE_HELD: another process has it, or the disk refuses
   ENUM_FILE_STATE   Open(const string name,string &lines[]);
   void              Close();
   bool              IsOpen() const { return(m_file!=INVALID_HANDLE); }
   ulong             Size() const { return(FileSize(m_file)); }
   //--- on the disk before it returns; false: the disk refuses
   bool              Append(const string line);
   //--- put these lines in the place of what the file holds: all of them, or none
   bool              Rewrite(const string &lines[]);
   //--- keep what is there under another name
   bool              SetAside(const string why);
  };

bool CLedgerFile::Grab()
  {
   m_file=FileOpen(m_name,FILE_READ|FILE_WRITE|FILE_BIN|FILE_COMMON);
   return(m_file!=INVALID_HANDLE);
  }

ENUM_FILE_STATE CLedgerFile::Open(const string name,string &lines[])
  {
   ArrayResize(lines,0);
   FolderCreate("BITTEN",FILE_COMMON);
   m_name="BITTEN\\"+name;
   if(!Grab())
      return(FILE_HELD);
   uchar bytes[];
   int size=(int)FileReadArray(m_file,bytes);
   ENUM_FILE_STATE state=FILE_SOUND;
   int start=0;
   for(int i=0; i<size; i++)
     {
      if(bytes[i]!='\n')
         continue;
      string line="";
      if(Line(bytes,start,i,line))
        {
         if(state==FILE_TORN)
            state=FILE_DAMAGED; // something whole after something broken
         int count=ArraySize(lines);
         ArrayResize(lines,count+1,1024);
         lines[count]=line;
        }
      else
         if(state==FILE_SOUND)
            state=FILE_TORN;
      start=i+1;
     }
   if(start<size && state==FILE_SOUND)
      state=FILE_TORN;
   return(state);
  }

bool CLedgerFile::Line(const uchar &bytes[],const int start,const int end,string &line) const
  {
   int from=start+DIGEST_SIZE+1;
   if(from>=end)
      return(false);
   uchar body[];
   ArrayResize(body,end-from);
   ArrayCopy(body,bytes,0,from,end-from);
   if(FromBytes(bytes,start,DIGEST_SIZE)!=Digest(body))
      return(false);
   line=FromBytes(body,0,end-from);
   return(true);
  }

void CLedgerFile::Close()
  {
   if(m_file!=INVALID_HANDLE)
      FileClose(m_file);
   m_file=INVALID_HANDLE;
  }

bool CLedgerFile::Write(const int file,const string line) const
  {
   uchar body[];
   int size=ToBytes(line,body);
   ArrayResize(body,size);
   uchar whole[];
   int count=ToBytes(Digest(body)+" "+line+"\n",whole);
   return(FileWriteArray(file,whole,0,count)==(uint)count);
  }

bool CLedgerFile::Append(const string line)
  {
   if(m_file==INVALID_HANDLE || !FileSeek(m_file,0,SEEK_END) || !Write(m_file,line))
      return(false);
   FileFlush(m_file);
   return(true);
  }

bool CLedgerFile::Rewrite(const string &lines[])
  {
   string fresh=m_name+".new";
   int file=FileOpen(fresh,FILE_WRITE|FILE_BIN|FILE_COMMON);
   if(file==INVALID_HANDLE)
      return(false);
   bool written=true;
   int count=ArraySize(lines);
   for(int i=0; i<count && written; i++)
      written=Write(file,lines[i]);
   FileFlush(file);
   FileClose(file);
   if(!written)
      return(false);
   Close();
   return(FileMove(fresh,FILE_COMMON,m_name,FILE_COMMON|FILE_REWRITE) && Grab());
  }

bool CLedgerFile::SetAside(const string why)
  {
   Close();
   string aside=m_name+"."+why+"-"+IntegerToString((long)TimeGMT());
   return(FileMove(m_name,FILE_COMMON,aside,FILE_COMMON) && Grab());
  }
