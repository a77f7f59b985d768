//+------------------------------------------------------------------+
//| What the chart shows: state, account, rank, lock, and each signal |
//| with its countdown, its lines, and the buttons FIRE and PASS.     |
//+------------------------------------------------------------------+
#include "Session.mqh"

#define PANEL_PREFIX  "BITTEN_"
#define PANEL_WIDTH   500
#define LINE_HEIGHT   18
#define CARD_HEIGHT   84
#define CARDS_SHOWN   4
#define REDRAW_MS     500
#define PANEL_FONT    "Consolas"
#define FONT_SIZE     9

class CPanel
  {
private:
   long              m_drawn_at;
   string            m_names[];   // objects of this drawing
   string            m_last[];    // of the one before: what is not drawn again is deleted
   int               m_y;

   void              Drawn(const string name);
   void              Box(const string name,const int x,const int y,const int width,const int height,const color back);
   void              Label(const string name,const int x,const int y,const string text,const color ink);
   void              Button(const string name,const int x,const int y,const string text,const color back,const string tip);
   void              Level(const string name,const double price,const color ink,const ENUM_LINE_STYLE style,const string tip);
   void              Line(const string name,const string text,const color ink);
   void              Head();
   void              Rank();
   void              Card(const int at);
   void              Lines(const Signal &signal,const string key);
   void              Sweep();

public:
   void              Begin() { m_drawn_at=0; }
   void              End();
   //--- at most twice a second, unless something was pressed
   void              Draw(const bool now);
   //--- true: it was one of ours
   bool              Clicked(const string name);
  };

string Seconds(const long milliseconds)
  {
   long left=MathMax((long)0,milliseconds/1000);
   return(StringFormat("%d:%02d",(int)(left/60),(int)(left%60)));
  }

string Short(const string text,const int most)
  {
   return(StringLen(text)<=most ? text : StringSubstr(text,0,most-2)+"..");
  }

void CPanel::Drawn(const string name)
  {
   Push(m_names,name);
  }

void CPanel::Box(const string name,const int x,const int y,const int width,const int height,const color back)
  {
   string full=PANEL_PREFIX+name;
   if(ObjectFind(0,full)<0)
      ObjectCreate(0,full,OBJ_RECTANGLE_LABEL,0,0,0.0);
   ObjectSetInteger(0,full,OBJPROP_CORNER,CORNER_LEFT_UPPER);
   ObjectSetInteger(0,full,OBJPROP_XDISTANCE,x);
   ObjectSetInteger(0,full,OBJPROP_YDISTANCE,y);
   ObjectSetInteger(0,full,OBJPROP_XSIZE,width);
   ObjectSetInteger(0,full,OBJPROP_YSIZE,height);
   ObjectSetInteger(0,full,OBJPROP_BGCOLOR,back);
   ObjectSetInteger(0,full,OBJPROP_BORDER_TYPE,BORDER_FLAT);
   ObjectSetInteger(0,full,OBJPROP_COLOR,clrDimGray);
   ObjectSetInteger(0,full,OBJPROP_SELECTABLE,false);
   Drawn(full);
  }

void CPanel::Label(const string name,const int x,const int y,const string text,const color ink)
  {
   string full=PANEL_PREFIX+name;
   if(ObjectFind(0,full)<0)
      ObjectCreate(0,full,OBJ_LABEL,0,0,0.0);
   ObjectSetInteger(0,full,OBJPROP_CORNER,CORNER_LEFT_UPPER);
   ObjectSetInteger(0,full,OBJPROP_XDISTANCE,x);
   ObjectSetInteger(0,full,OBJPROP_YDISTANCE,y);
   ObjectSetInteger(0,full,OBJPROP_COLOR,ink);
   ObjectSetInteger(0,full,OBJPROP_FONTSIZE,FONT_SIZE);
   ObjectSetInteger(0,full,OBJPROP_SELECTABLE,false);
   ObjectSetString(0,full,OBJPROP_FONT,PANEL_FONT);
   ObjectSetString(0,full,OBJPROP_TEXT,StringLen(text)==0 ? " " : text);
   Drawn(full);
  }

void CPanel::Button(const string name,const int x,const int y,const string text,const color back,const string tip)
  {
   string full=PANEL_PREFIX+name;
   if(ObjectFind(0,full)<0)
      ObjectCreate(0,full,OBJ_BUTTON,0,0,0.0);
   ObjectSetInteger(0,full,OBJPROP_CORNER,CORNER_LEFT_UPPER);
   ObjectSetInteger(0,full,OBJPROP_XDISTANCE,x);
   ObjectSetInteger(0,full,OBJPROP_YDISTANCE,y);
   ObjectSetInteger(0,full,OBJPROP_XSIZE,64);
   ObjectSetInteger(0,full,OBJPROP_YSIZE,22);
   ObjectSetInteger(0,full,OBJPROP_BGCOLOR,back);
   ObjectSetInteger(0,full,OBJPROP_COLOR,clrWhite);
   ObjectSetInteger(0,full,OBJPROP_FONTSIZE,FONT_SIZE);
   ObjectSetInteger(0,full,OBJPROP_STATE,false);
   ObjectSetString(0,full,OBJPROP_FONT,PANEL_FONT);
   ObjectSetString(0,full,OBJPROP_TEXT,text);
   ObjectSetString(0,full,OBJPROP_TOOLTIP,tip);
   Drawn(full);
  }

void CPanel::Level(const string name,const double price,const color ink,const ENUM_LINE_STYLE style,const string tip)
  {
   if(price<=0.0)
      return;
   string full=PANEL_PREFIX+name;
   if(ObjectFind(0,full)<0)
      ObjectCreate(0,full,OBJ_HLINE,0,0,price);
   ObjectSetDouble(0,full,OBJPROP_PRICE,price);
   ObjectSetInteger(0,full,OBJPROP_COLOR,ink);
   ObjectSetInteger(0,full,OBJPROP_STYLE,style);
   ObjectSetInteger(0,full,OBJPROP_SELECTABLE,false);
   ObjectSetString(0,full,OBJPROP_TOOLTIP,tip);
   Drawn(full);
  }

void CPanel::Line(const string name,const string text,const color ink)
  {
   Label(name,InpPanelX+10,m_y,Short(text,66),ink);
   m_y+=LINE_HEIGHT;
  }

string StateText()
  {
   long now=g_clock.Now();
   switch(g_session.State())
     {
      case STATE_LIVE:
         return("LIVE");
      case STATE_PREPARING:
         return("PREPARING");
      case STATE_GREETING:
         return("CONNECTING");
      case STATE_ENDED:
         return("REFUSED");
      default:
         return(g_session.RetryAt()>now ? "OFFLINE, next try in "+Seconds(g_session.RetryAt()-now+999) : "OFFLINE");
     }
  }

void CPanel::Head()
  {
   bool live=g_session.IsLive();
   color ink=live ? clrLimeGreen : (g_session.State()==STATE_ENDED ? clrTomato : clrOrange);
   Line("state","BITTEN  "+StateText(),ink);
   if(StringLen(g_session.Why())!=0)
      Line("why",g_session.Why(),clrSilver);
   string heard=g_session.InSession() ? "heard "+DoubleToString((double)(g_clock.Now()-g_session.HeardAt())/1000.0,1)+" s ago" : "not connected";
   Line("heard",heard+"   epoch "+IntegerToString(g_session.Epoch())+"   user "+InpUser,clrSilver);
   Line("money","balance "+DoubleToString(AccountInfoDouble(ACCOUNT_BALANCE),MoneyDigits())+"   equity "
        +DoubleToString(AccountInfoDouble(ACCOUNT_EQUITY),MoneyDigits())+" "+AccountInfoString(ACCOUNT_CURRENCY),clrWhiteSmoke);
   if(StringLen(InpServerKey)!=0 && !live)
      Line("key","key "+g_keys.Public(),clrSilver);
   string off=TradingOffWhy();
   if(StringLen(off)!=0)
     {
      Line("off",off,clrTomato);
      g_log.SayNew("off",off);
     }
   else
      g_log.Over("off");
  }

void CPanel::Rank()
  {
   Standing standing={};
   g_signals.ReadStanding(standing);
   if(StringLen(standing.state)!=0 && standing.state!="active")
      Line("trading",standing.state+(StringLen(standing.reason)==0 ? "" : ": "+standing.reason),clrOrange);
   if(!standing.ranked)
      return;
   string next=standing.next_rank_at>0 ? " of "+IntegerToString(standing.next_rank_at) : "";
   Line("rank",standing.rank+"   "+IntegerToString(standing.xp)+next+" XP   streak "+IntegerToString(standing.streak)
        +"   shots left "+IntegerToString(standing.shots_left),clrGold);
   if(standing.locked_until>g_broker_time.Market())
      Line("lock","LOCKED until "+TimeToString((datetime)(standing.locked_until/1000),TIME_DATE|TIME_MINUTES)+" UTC: "+standing.lock_reason,clrTomato);
  }

void CPanel::Card(const int at)
  {
   Signal signal={};
   g_signals.Read(at,signal);
   string key=IntegerToString(signal.serial);
   int x=InpPanelX+10;
   int y=m_y+4;
   color side=signal.buy ? clrDodgerBlue : clrCrimson;
   Box("card_"+key,InpPanelX+4,m_y,PANEL_WIDTH-8,CARD_HEIGHT-4,clrBlack);
   string left=signal.ended ? "over" : Seconds(signal.expires-g_broker_time.Market());
   Label("name_"+key,x,y,signal.symbol+" "+(signal.buy ? "BUY" : "SELL")+"  "+Short(signal.kind,16)+"  "+left,side);
   Label("levels_"+key,x,y+LINE_HEIGHT,"entry "+Decimal(signal.entry)+"  stop "+Decimal(signal.sl)+"  target "+Decimal(signal.tp),clrWhiteSmoke);
   Label("score_"+key,x,y+2*LINE_HEIGHT,"score "+DoubleToString(signal.score,0)+"  "+Short(signal.shield,16)+"  "
         +(signal.mode=="semi" ? "fires unless PASS" : signal.mode),clrSilver);
   if(StringLen(signal.note)!=0)
      Label("note_"+key,x,y+3*LINE_HEIGHT,Short(signal.note,66),clrGold);
   if(g_signals.IsOpen(at))
     {
      if(signal.mode!="auto")
         Button("fire_"+key,InpPanelX+PANEL_WIDTH-142,y+6,"FIRE",clrSeaGreen,signal.id);
      Button("pass_"+key,InpPanelX+PANEL_WIDTH-74,y+6,"PASS",clrFireBrick,signal.id);
      Lines(signal,key);
     }
   m_y+=CARD_HEIGHT;
  }

//--- of the chart's own symbol
void CPanel::Lines(const Signal &signal,const string key)
  {
   if(g_symbols.ToBroker(signal.symbol)!=_Symbol)
      return;
   Level("entry_"+key,signal.entry,clrWhiteSmoke,STYLE_DASH,"BITTEN entry");
   Level("stop_"+key,signal.sl,clrTomato,STYLE_DOT,"BITTEN stop");
   Level("target_"+key,signal.tp,clrLimeGreen,STYLE_DOT,"BITTEN target");
  }

void CPanel::Draw(const bool now)
  {
   if(!InpPanel || (!now && g_clock.Now()-m_drawn_at<REDRAW_MS))
      return;
   m_drawn_at=g_clock.Now();
   ArrayFree(m_last);
   ArrayCopy(m_last,m_names);
   ArrayFree(m_names);
   g_signals.Tidy();
   m_y=InpPanelY+8;
   int cards=MathMin(g_signals.Count(),CARDS_SHOWN);
   Box("back",InpPanelX,InpPanelY,PANEL_WIDTH,8*LINE_HEIGHT+16+cards*CARD_HEIGHT,clrDarkSlateGray);
   Head();
   Rank();
   m_y+=4;
   int count=g_signals.Count();
   for(int i=count-1; i>=count-cards; i--)
      Card(i);
   ObjectSetInteger(0,PANEL_PREFIX+"back",OBJPROP_YSIZE,m_y-InpPanelY+4);
   Sweep();
   ChartRedraw();
  }

//--- what was drawn before and is not drawn now
void CPanel::Sweep()
  {
   int before=ArraySize(m_last);
   int count=ArraySize(m_names);
   for(int i=0; i<before; i++)
     {
      int at=0;
      while(at<count && m_names[at]!=m_last[i])
         at++;
      if(at==count)
         ObjectDelete(0,m_last[i]);
     }
  }

void CPanel::End()
  {
   ObjectsDeleteAll(0,PANEL_PREFIX);
   ChartRedraw();
  }

bool CPanel::Clicked(const string name)
  {
   string parts[];
   if(StringSplit(name,'_',parts)!=3 || parts[0]!="BITTEN" || (parts[1]!="fire" && parts[1]!="pass"))
      return(false);
   int at=g_signals.FindSerial(StringToInteger(parts[2]));
   if(parts[1]=="fire")
      g_signals.Fire(at,g_session.IsLive());
   else
      g_signals.Pass(at);
   Draw(true);
   return(true);
  }

CPanel g_panel;
