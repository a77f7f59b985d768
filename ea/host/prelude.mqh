//+------------------------------------------------------------------+
//| What MetaTrader 5 gives to a program, as far as the EA uses it.   |
//|                                                                   |
//| The one declaration of every built-in: the translator checks the  |
//| EA's calls against it and writes prelude.hpp from it, the runtime |
//| defines it. Names, members, parameters and defaults are those of  |
//| the MQL5 Reference (https://www.mql5.com/en/docs). So are numbers |
//| that a program can meet as numbers (trade return codes, order     |
//| types, flags); those of property identifiers, which have meaning  |
//| by name alone, are left to the order of declaration.              |
//|                                                                   |
//| Beyond MQL5: `void &` takes anything by reference, `any_enum` any |
//| enumeration, `...` the rest; a const without a value is a         |
//| variable of the terminal's.                                       |
//+------------------------------------------------------------------+

//--- Predefined variables
const string _Symbol;
const int    _Digits;
const double _Point;

//--- Numeric limits and other constants
const int    WHOLE_ARRAY    = -1;
const int    INVALID_HANDLE = -1;
const uint   CP_ACP         = 0;
const uint   CP_UTF8        = 65001;
const int    INT_MIN        = -2147483648;
const int    INT_MAX        = 2147483647;
const uint   UINT_MAX       = 4294967295;
const long   LONG_MAX       = 9223372036854775807;
const double DBL_EPSILON    = 2.2204460492503131e-16;
const double DBL_MAX        = 1.7976931348623158e+308;
const double EMPTY_VALUE    = 1.7976931348623158e+308;

//--- Runtime errors
const int ERR_SUCCESS                  = 0;
const int ERR_FUNCTION_NOT_ALLOWED     = 4014;
const int ERR_TRADE_DISABLED           = 4752;
const int ERR_TRADE_POSITION_NOT_FOUND = 4753;
const int ERR_TRADE_ORDER_NOT_FOUND    = 4754;
const int ERR_TRADE_DEAL_NOT_FOUND     = 4755;
const int ERR_TRADE_SEND_FAILED        = 4756;
const int ERR_HISTORY_NOT_FOUND        = 4401;
const int ERR_OBJECT_NOT_FOUND         = 4202;
const int ERR_MARKET_UNKNOWN_SYMBOL    = 4301;
const int ERR_CANNOT_OPEN_FILE         = 5004;
const int ERR_INVALID_FILEHANDLE       = 5007;
const int ERR_FILE_NOT_EXIST           = 5019;
const int ERR_STRINGPOS_OUTOFRANGE     = 5041;

//--- Return codes of the trade server
const uint TRADE_RETCODE_REQUOTE              = 10004;
const uint TRADE_RETCODE_REJECT               = 10006;
const uint TRADE_RETCODE_CANCEL               = 10007;
const uint TRADE_RETCODE_PLACED               = 10008;
const uint TRADE_RETCODE_DONE                 = 10009;
const uint TRADE_RETCODE_DONE_PARTIAL         = 10010;
const uint TRADE_RETCODE_ERROR                = 10011;
const uint TRADE_RETCODE_TIMEOUT              = 10012;
const uint TRADE_RETCODE_INVALID              = 10013;
const uint TRADE_RETCODE_INVALID_VOLUME       = 10014;
const uint TRADE_RETCODE_INVALID_PRICE        = 10015;
const uint TRADE_RETCODE_INVALID_STOPS        = 10016;
const uint TRADE_RETCODE_TRADE_DISABLED       = 10017;
const uint TRADE_RETCODE_MARKET_CLOSED        = 10018;
const uint TRADE_RETCODE_NO_MONEY             = 10019;
const uint TRADE_RETCODE_PRICE_CHANGED        = 10020;
const uint TRADE_RETCODE_PRICE_OFF            = 10021;
const uint TRADE_RETCODE_INVALID_EXPIRATION   = 10022;
const uint TRADE_RETCODE_ORDER_CHANGED        = 10023;
const uint TRADE_RETCODE_TOO_MANY_REQUESTS    = 10024;
const uint TRADE_RETCODE_NO_CHANGES           = 10025;
const uint TRADE_RETCODE_SERVER_DISABLES_AT   = 10026;
const uint TRADE_RETCODE_CLIENT_DISABLES_AT   = 10027;
const uint TRADE_RETCODE_LOCKED               = 10028;
const uint TRADE_RETCODE_FROZEN               = 10029;
const uint TRADE_RETCODE_INVALID_FILL         = 10030;
const uint TRADE_RETCODE_CONNECTION           = 10031;
const uint TRADE_RETCODE_ONLY_REAL            = 10032;
const uint TRADE_RETCODE_LIMIT_ORDERS         = 10033;
const uint TRADE_RETCODE_LIMIT_VOLUME         = 10034;
const uint TRADE_RETCODE_INVALID_ORDER        = 10035;
const uint TRADE_RETCODE_POSITION_CLOSED      = 10036;
const uint TRADE_RETCODE_INVALID_CLOSE_VOLUME = 10038;
const uint TRADE_RETCODE_CLOSE_ORDER_EXIST    = 10039;
const uint TRADE_RETCODE_LIMIT_POSITIONS      = 10040;
const uint TRADE_RETCODE_REJECT_CANCEL        = 10041;
const uint TRADE_RETCODE_LONG_ONLY            = 10042;
const uint TRADE_RETCODE_SHORT_ONLY           = 10043;
const uint TRADE_RETCODE_CLOSE_ONLY           = 10044;
const uint TRADE_RETCODE_FIFO_CLOSE           = 10045;
const uint TRADE_RETCODE_HEDGE_PROHIBITED     = 10046;

//--- Flags
const int  SYMBOL_FILLING_FOK      = 1;
const int  SYMBOL_FILLING_IOC      = 2;
const int  SYMBOL_FILLING_BOC      = 4;
const int  SYMBOL_EXPIRATION_GTC   = 1;
const int  SYMBOL_EXPIRATION_DAY   = 2;
const int  SYMBOL_EXPIRATION_SPECIFIED     = 4;
const int  SYMBOL_EXPIRATION_SPECIFIED_DAY = 8;
const uint COPY_TICKS_INFO         = 1;
const uint COPY_TICKS_TRADE        = 2;
const uint COPY_TICKS_ALL          = 3;
const uint TICK_FLAG_BID           = 2;
const uint TICK_FLAG_ASK           = 4;
const uint TICK_FLAG_LAST          = 8;
const uint TICK_FLAG_VOLUME        = 16;
const int  FILE_READ               = 1;
const int  FILE_WRITE              = 2;
const int  FILE_BIN                = 4;
const int  FILE_CSV                = 8;
const int  FILE_TXT                = 16;
const int  FILE_ANSI               = 32;
const int  FILE_UNICODE            = 64;
const int  FILE_SHARE_READ         = 128;
const int  FILE_SHARE_WRITE        = 256;
const int  FILE_REWRITE            = 512;
const int  FILE_COMMON             = 4096;
const int  TIME_DATE               = 1;
const int  TIME_MINUTES            = 2;
const int  TIME_SECONDS            = 4;
const int  OBJ_NO_PERIODS          = 0;
const int  OBJ_ALL_PERIODS         = 2097151;

//--- Reasons of OnDeinit
const int REASON_PROGRAM     = 0;
const int REASON_REMOVE      = 1;
const int REASON_RECOMPILE   = 2;
const int REASON_CHARTCHANGE = 3;
const int REASON_CHARTCLOSE  = 4;
const int REASON_PARAMETERS  = 5;
const int REASON_ACCOUNT     = 6;
const int REASON_TEMPLATE    = 7;
const int REASON_INITFAILED  = 8;
const int REASON_CLOSE       = 9;

//--- Events of OnChartEvent
const int CHARTEVENT_KEYDOWN        = 0;
const int CHARTEVENT_OBJECT_CLICK   = 1;
const int CHARTEVENT_OBJECT_DRAG    = 2;
const int CHARTEVENT_OBJECT_ENDEDIT = 3;
const int CHARTEVENT_CLICK          = 4;
const int CHARTEVENT_OBJECT_DELETE  = 6;
const int CHARTEVENT_OBJECT_CREATE  = 7;
const int CHARTEVENT_OBJECT_CHANGE  = 8;
const int CHARTEVENT_CHART_CHANGE   = 9;
const int CHARTEVENT_MOUSE_MOVE     = 10;
const int CHARTEVENT_CUSTOM         = 1000;

//--- Web colours, as 0x00BBGGRR
const color clrNONE        = 4294967295;
const color clrBlack       = 0x000000;
const color clrWhite       = 0xFFFFFF;
const color clrRed         = 0x0000FF;
const color clrLime        = 0x00FF00;
const color clrGreen       = 0x008000;
const color clrBlue        = 0xFF0000;
const color clrYellow      = 0x00FFFF;
const color clrOrange      = 0x00A5FF;
const color clrGold        = 0x00D7FF;
const color clrGray        = 0x808080;
const color clrSilver      = 0xC0C0C0;
const color clrDimGray     = 0x696969;
const color clrCrimson     = 0x3C14DC;
const color clrTomato      = 0x4763FF;
const color clrFireBrick   = 0x2222B2;
const color clrLimeGreen   = 0x32CD32;
const color clrSeaGreen    = 0x578B2E;
const color clrDodgerBlue  = 0xFF901E;
const color clrSteelBlue   = 0xB48246;
const color clrWhiteSmoke  = 0xF5F5F5;
const color clrDarkSlateGray = 0x4F4F2F;

//--- Programs, charts, objects
enum ENUM_INIT_RETCODE { INIT_SUCCEEDED=0, INIT_FAILED=1, INIT_PARAMETERS_INCORRECT=32767, INIT_AGENT_NOT_SUITABLE=32766 };
enum ENUM_TIMEFRAMES
  {
   PERIOD_CURRENT=0, PERIOD_M1=1, PERIOD_M5=5, PERIOD_M15=15, PERIOD_M30=30,
   PERIOD_H1=16385, PERIOD_H4=16388, PERIOD_D1=16408, PERIOD_W1=32769, PERIOD_MN1=49153
  };
enum ENUM_MQL_INFO_INTEGER { MQL_MEMORY_LIMIT, MQL_PROGRAM_TYPE, MQL_DLLS_ALLOWED, MQL_TRADE_ALLOWED, MQL_DEBUG, MQL_TESTER, MQL_OPTIMIZATION, MQL_VISUAL_MODE };
enum ENUM_MQL_INFO_STRING { MQL_PROGRAM_NAME, MQL_PROGRAM_PATH };
enum ENUM_TERMINAL_INFO_INTEGER { TERMINAL_BUILD, TERMINAL_CONNECTED, TERMINAL_DLLS_ALLOWED, TERMINAL_TRADE_ALLOWED, TERMINAL_PING_LAST, TERMINAL_X64 };
enum ENUM_TERMINAL_INFO_STRING { TERMINAL_LANGUAGE, TERMINAL_COMPANY, TERMINAL_NAME, TERMINAL_PATH, TERMINAL_DATA_PATH, TERMINAL_COMMONDATA_PATH };
enum ENUM_CHART_PROPERTY_INTEGER { CHART_WIDTH_IN_PIXELS, CHART_HEIGHT_IN_PIXELS, CHART_FOREGROUND };
enum ENUM_OBJECT { OBJ_VLINE=0, OBJ_HLINE=1, OBJ_TREND=2, OBJ_RECTANGLE=16, OBJ_TEXT=101, OBJ_LABEL=102, OBJ_BUTTON=103, OBJ_EDIT=107, OBJ_RECTANGLE_LABEL=110 };
enum ENUM_OBJECT_PROPERTY_INTEGER
  {
   OBJPROP_COLOR, OBJPROP_STYLE, OBJPROP_WIDTH, OBJPROP_BACK, OBJPROP_ZORDER, OBJPROP_HIDDEN, OBJPROP_SELECTED, OBJPROP_SELECTABLE,
   OBJPROP_READONLY, OBJPROP_TYPE, OBJPROP_TIME, OBJPROP_FONTSIZE, OBJPROP_STATE, OBJPROP_XDISTANCE, OBJPROP_YDISTANCE, OBJPROP_XSIZE,
   OBJPROP_YSIZE, OBJPROP_CORNER, OBJPROP_ANCHOR, OBJPROP_ALIGN, OBJPROP_BGCOLOR, OBJPROP_BORDER_COLOR, OBJPROP_BORDER_TYPE, OBJPROP_TIMEFRAMES
  };
enum ENUM_OBJECT_PROPERTY_DOUBLE { OBJPROP_PRICE, OBJPROP_ANGLE };
enum ENUM_OBJECT_PROPERTY_STRING { OBJPROP_NAME, OBJPROP_TEXT, OBJPROP_TOOLTIP, OBJPROP_FONT };
enum ENUM_SERIES_INFO_INTEGER { SERIES_BARS_COUNT, SERIES_SYNCHRONIZED };
enum ENUM_BASE_CORNER { CORNER_LEFT_UPPER, CORNER_LEFT_LOWER, CORNER_RIGHT_LOWER, CORNER_RIGHT_UPPER };
enum ENUM_ANCHOR_POINT
  {
   ANCHOR_LEFT_UPPER, ANCHOR_LEFT, ANCHOR_LEFT_LOWER, ANCHOR_LOWER, ANCHOR_RIGHT_LOWER, ANCHOR_RIGHT, ANCHOR_RIGHT_UPPER, ANCHOR_UPPER,
   ANCHOR_CENTER
  };
enum ENUM_ALIGN_MODE { ALIGN_LEFT=1, ALIGN_CENTER=2, ALIGN_RIGHT=0 };
enum ENUM_LINE_STYLE { STYLE_SOLID, STYLE_DASH, STYLE_DOT, STYLE_DASHDOT, STYLE_DASHDOTDOT };
enum ENUM_BORDER_TYPE { BORDER_FLAT, BORDER_RAISED, BORDER_SUNKEN };
enum ENUM_FILE_POSITION { SEEK_SET, SEEK_CUR, SEEK_END };
enum ENUM_CRYPT_METHOD { CRYPT_BASE64, CRYPT_AES128, CRYPT_AES256, CRYPT_DES, CRYPT_HASH_SHA1, CRYPT_HASH_SHA256, CRYPT_HASH_MD5, CRYPT_ARCH_ZIP };
enum ENUM_DAY_OF_WEEK { SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY };

//--- Account
enum ENUM_ACCOUNT_INFO_INTEGER
  {
   ACCOUNT_LOGIN, ACCOUNT_TRADE_MODE, ACCOUNT_LEVERAGE, ACCOUNT_LIMIT_ORDERS, ACCOUNT_MARGIN_SO_MODE, ACCOUNT_TRADE_ALLOWED,
   ACCOUNT_TRADE_EXPERT, ACCOUNT_MARGIN_MODE, ACCOUNT_CURRENCY_DIGITS, ACCOUNT_FIFO_CLOSE, ACCOUNT_HEDGE_ALLOWED
  };
enum ENUM_ACCOUNT_INFO_DOUBLE
  {
   ACCOUNT_BALANCE, ACCOUNT_CREDIT, ACCOUNT_PROFIT, ACCOUNT_EQUITY, ACCOUNT_MARGIN, ACCOUNT_MARGIN_FREE, ACCOUNT_MARGIN_LEVEL,
   ACCOUNT_MARGIN_SO_CALL, ACCOUNT_MARGIN_SO_SO
  };
enum ENUM_ACCOUNT_INFO_STRING { ACCOUNT_NAME, ACCOUNT_SERVER, ACCOUNT_CURRENCY, ACCOUNT_COMPANY };
enum ENUM_ACCOUNT_TRADE_MODE { ACCOUNT_TRADE_MODE_DEMO, ACCOUNT_TRADE_MODE_CONTEST, ACCOUNT_TRADE_MODE_REAL };
enum ENUM_ACCOUNT_MARGIN_MODE { ACCOUNT_MARGIN_MODE_RETAIL_NETTING, ACCOUNT_MARGIN_MODE_EXCHANGE, ACCOUNT_MARGIN_MODE_RETAIL_HEDGING };

//--- Symbols
enum ENUM_SYMBOL_INFO_INTEGER
  {
   SYMBOL_SELECT, SYMBOL_VISIBLE, SYMBOL_TIME, SYMBOL_TIME_MSC, SYMBOL_DIGITS, SYMBOL_SPREAD, SYMBOL_SPREAD_FLOAT, SYMBOL_TRADE_CALC_MODE,
   SYMBOL_TRADE_MODE, SYMBOL_TRADE_STOPS_LEVEL, SYMBOL_TRADE_FREEZE_LEVEL, SYMBOL_TRADE_EXEMODE, SYMBOL_EXPIRATION_MODE,
   SYMBOL_FILLING_MODE, SYMBOL_ORDER_MODE, SYMBOL_CUSTOM, SYMBOL_EXIST
  };
enum ENUM_SYMBOL_INFO_DOUBLE
  {
   SYMBOL_BID, SYMBOL_ASK, SYMBOL_LAST, SYMBOL_POINT, SYMBOL_TRADE_TICK_VALUE, SYMBOL_TRADE_TICK_VALUE_PROFIT, SYMBOL_TRADE_TICK_VALUE_LOSS,
   SYMBOL_TRADE_TICK_SIZE, SYMBOL_TRADE_CONTRACT_SIZE, SYMBOL_VOLUME_MIN, SYMBOL_VOLUME_MAX, SYMBOL_VOLUME_STEP, SYMBOL_VOLUME_LIMIT,
   SYMBOL_MARGIN_INITIAL
  };
enum ENUM_SYMBOL_INFO_STRING { SYMBOL_CURRENCY_BASE, SYMBOL_CURRENCY_PROFIT, SYMBOL_CURRENCY_MARGIN, SYMBOL_DESCRIPTION, SYMBOL_PATH };
enum ENUM_SYMBOL_TRADE_MODE
  {
   SYMBOL_TRADE_MODE_DISABLED, SYMBOL_TRADE_MODE_LONGONLY, SYMBOL_TRADE_MODE_SHORTONLY, SYMBOL_TRADE_MODE_CLOSEONLY, SYMBOL_TRADE_MODE_FULL
  };
enum ENUM_SYMBOL_TRADE_EXECUTION
  {
   SYMBOL_TRADE_EXECUTION_REQUEST, SYMBOL_TRADE_EXECUTION_INSTANT, SYMBOL_TRADE_EXECUTION_MARKET, SYMBOL_TRADE_EXECUTION_EXCHANGE
  };

//--- Trade
enum ENUM_TRADE_REQUEST_ACTIONS
  {
   TRADE_ACTION_DEAL=1, TRADE_ACTION_PENDING=5, TRADE_ACTION_SLTP=6, TRADE_ACTION_MODIFY=7, TRADE_ACTION_REMOVE=8, TRADE_ACTION_CLOSE_BY=10
  };
enum ENUM_ORDER_TYPE
  {
   ORDER_TYPE_BUY, ORDER_TYPE_SELL, ORDER_TYPE_BUY_LIMIT, ORDER_TYPE_SELL_LIMIT, ORDER_TYPE_BUY_STOP, ORDER_TYPE_SELL_STOP,
   ORDER_TYPE_BUY_STOP_LIMIT, ORDER_TYPE_SELL_STOP_LIMIT, ORDER_TYPE_CLOSE_BY
  };
enum ENUM_ORDER_TYPE_FILLING { ORDER_FILLING_FOK, ORDER_FILLING_IOC, ORDER_FILLING_RETURN, ORDER_FILLING_BOC };
enum ENUM_ORDER_TYPE_TIME { ORDER_TIME_GTC, ORDER_TIME_DAY, ORDER_TIME_SPECIFIED, ORDER_TIME_SPECIFIED_DAY };
enum ENUM_ORDER_STATE
  {
   ORDER_STATE_STARTED, ORDER_STATE_PLACED, ORDER_STATE_CANCELED, ORDER_STATE_PARTIAL, ORDER_STATE_FILLED, ORDER_STATE_REJECTED,
   ORDER_STATE_EXPIRED, ORDER_STATE_REQUEST_ADD, ORDER_STATE_REQUEST_MODIFY, ORDER_STATE_REQUEST_CANCEL
  };
enum ENUM_ORDER_REASON
  {
   ORDER_REASON_CLIENT, ORDER_REASON_MOBILE, ORDER_REASON_WEB, ORDER_REASON_EXPERT, ORDER_REASON_SL, ORDER_REASON_TP, ORDER_REASON_SO
  };
enum ENUM_ORDER_PROPERTY_INTEGER
  {
   ORDER_TICKET, ORDER_TIME_SETUP, ORDER_TYPE, ORDER_STATE, ORDER_TIME_EXPIRATION, ORDER_TIME_DONE, ORDER_TIME_SETUP_MSC, ORDER_TIME_DONE_MSC,
   ORDER_TYPE_FILLING, ORDER_TYPE_TIME, ORDER_MAGIC, ORDER_REASON, ORDER_POSITION_ID, ORDER_POSITION_BY_ID
  };
enum ENUM_ORDER_PROPERTY_DOUBLE
  {
   ORDER_VOLUME_INITIAL, ORDER_VOLUME_CURRENT, ORDER_PRICE_OPEN, ORDER_SL, ORDER_TP, ORDER_PRICE_CURRENT, ORDER_PRICE_STOPLIMIT
  };
enum ENUM_ORDER_PROPERTY_STRING { ORDER_SYMBOL, ORDER_COMMENT, ORDER_EXTERNAL_ID };
enum ENUM_POSITION_TYPE { POSITION_TYPE_BUY, POSITION_TYPE_SELL };
enum ENUM_POSITION_PROPERTY_INTEGER
  {
   POSITION_TICKET, POSITION_TIME, POSITION_TIME_MSC, POSITION_TIME_UPDATE, POSITION_TIME_UPDATE_MSC, POSITION_TYPE, POSITION_MAGIC,
   POSITION_IDENTIFIER, POSITION_REASON
  };
enum ENUM_POSITION_PROPERTY_DOUBLE { POSITION_VOLUME, POSITION_PRICE_OPEN, POSITION_SL, POSITION_TP, POSITION_PRICE_CURRENT, POSITION_SWAP, POSITION_PROFIT };
enum ENUM_POSITION_PROPERTY_STRING { POSITION_SYMBOL, POSITION_COMMENT, POSITION_EXTERNAL_ID };
enum ENUM_DEAL_TYPE
  {
   DEAL_TYPE_BUY, DEAL_TYPE_SELL, DEAL_TYPE_BALANCE, DEAL_TYPE_CREDIT, DEAL_TYPE_CHARGE, DEAL_TYPE_CORRECTION, DEAL_TYPE_BONUS,
   DEAL_TYPE_COMMISSION
  };
enum ENUM_DEAL_ENTRY { DEAL_ENTRY_IN, DEAL_ENTRY_OUT, DEAL_ENTRY_INOUT, DEAL_ENTRY_OUT_BY };
enum ENUM_DEAL_REASON
  {
   DEAL_REASON_CLIENT, DEAL_REASON_MOBILE, DEAL_REASON_WEB, DEAL_REASON_EXPERT, DEAL_REASON_SL, DEAL_REASON_TP, DEAL_REASON_SO,
   DEAL_REASON_ROLLOVER, DEAL_REASON_VMARGIN, DEAL_REASON_SPLIT
  };
enum ENUM_DEAL_PROPERTY_INTEGER
  {
   DEAL_TICKET, DEAL_ORDER, DEAL_TIME, DEAL_TIME_MSC, DEAL_TYPE, DEAL_ENTRY, DEAL_MAGIC, DEAL_REASON, DEAL_POSITION_ID
  };
enum ENUM_DEAL_PROPERTY_DOUBLE { DEAL_VOLUME, DEAL_PRICE, DEAL_COMMISSION, DEAL_SWAP, DEAL_PROFIT, DEAL_FEE, DEAL_SL, DEAL_TP };
enum ENUM_DEAL_PROPERTY_STRING { DEAL_SYMBOL, DEAL_COMMENT, DEAL_EXTERNAL_ID };
enum ENUM_TRADE_TRANSACTION_TYPE
  {
   TRADE_TRANSACTION_ORDER_ADD=0, TRADE_TRANSACTION_ORDER_UPDATE=1, TRADE_TRANSACTION_ORDER_DELETE=2, TRADE_TRANSACTION_DEAL_ADD=6,
   TRADE_TRANSACTION_DEAL_UPDATE=7, TRADE_TRANSACTION_DEAL_DELETE=8, TRADE_TRANSACTION_HISTORY_ADD=3, TRADE_TRANSACTION_HISTORY_UPDATE=4,
   TRADE_TRANSACTION_HISTORY_DELETE=5, TRADE_TRANSACTION_POSITION=9, TRADE_TRANSACTION_REQUEST=10
  };

enum ENUM_CALENDAR_EVENT_IMPORTANCE
  {
   CALENDAR_IMPORTANCE_NONE=0, CALENDAR_IMPORTANCE_LOW=1, CALENDAR_IMPORTANCE_MODERATE=2, CALENDAR_IMPORTANCE_HIGH=3
  };
enum ENUM_CALENDAR_EVENT_TIMEMODE { CALENDAR_TIMEMODE_DATETIME, CALENDAR_TIMEMODE_DATE, CALENDAR_TIMEMODE_NOTIME, CALENDAR_TIMEMODE_TENTATIVE };

//--- Structures; of the calendar's, the members that are used
struct MqlCalendarCountry
  {
   ulong  id;
   string name;
   string code;
   string currency;
  };
struct MqlCalendarEvent
  {
   ulong                          id;
   ENUM_CALENDAR_EVENT_TIMEMODE   time_mode;
   ulong                          country_id;
   ENUM_CALENDAR_EVENT_IMPORTANCE importance;
   string                         name;
  };
struct MqlCalendarValue
  {
   ulong    id;
   ulong    event_id;
   datetime time;
  };
struct MqlDateTime
  {
   int year;
   int mon;
   int day;
   int hour;
   int min;
   int sec;
   int day_of_week;
   int day_of_year;
  };
struct MqlTick
  {
   datetime time;
   double   bid;
   double   ask;
   double   last;
   ulong    volume;
   long     time_msc;
   uint     flags;
   double   volume_real;
  };
struct MqlRates
  {
   datetime time;
   double   open;
   double   high;
   double   low;
   double   close;
   long     tick_volume;
   int      spread;
   long     real_volume;
  };
struct MqlTradeRequest
  {
   ENUM_TRADE_REQUEST_ACTIONS action;
   ulong                      magic;
   ulong                      order;
   string                     symbol;
   double                     volume;
   double                     price;
   double                     stoplimit;
   double                     sl;
   double                     tp;
   ulong                      deviation;
   ENUM_ORDER_TYPE            type;
   ENUM_ORDER_TYPE_FILLING    type_filling;
   ENUM_ORDER_TYPE_TIME       type_time;
   datetime                   expiration;
   string                     comment;
   ulong                      position;
   ulong                      position_by;
  };
struct MqlTradeResult
  {
   uint   retcode;
   ulong  deal;
   ulong  order;
   double volume;
   double price;
   double bid;
   double ask;
   string comment;
   uint   request_id;
   int    retcode_external;
  };
struct MqlTradeCheckResult
  {
   uint   retcode;
   double balance;
   double equity;
   double profit;
   double margin;
   double margin_free;
   double margin_level;
   string comment;
  };
struct MqlTradeTransaction
  {
   ulong                       deal;
   ulong                       order;
   string                      symbol;
   ENUM_TRADE_TRANSACTION_TYPE type;
   ENUM_ORDER_TYPE             order_type;
   ENUM_ORDER_STATE            order_state;
   ENUM_DEAL_TYPE              deal_type;
   ENUM_ORDER_TYPE_TIME        time_type;
   datetime                    time_expiration;
   double                      price;
   double                      price_trigger;
   double                      price_sl;
   double                      price_tp;
   double                      volume;
   ulong                       position;
   ulong                       position_by;
  };

//--- Common functions
void   Print(...);
void   PrintFormat(string format_string, ...);
int    GetLastError();
void   ResetLastError();
ulong  GetTickCount64();
ulong  GetMicrosecondCount();
int    CryptEncode(ENUM_CRYPT_METHOD method, const uchar &data[], const uchar &key[], uchar &result[]);
int    MQLInfoInteger(int property_id);
int    TerminalInfoInteger(int property_id);
bool   EventSetMillisecondTimer(int milliseconds);
void   EventKillTimer();

//--- Strings and conversion
string StringFormat(string format, ...);
string EnumToString(any_enum value);
int    StringLen(string string_value);
int    StringFind(string string_value, string match_substring, int start_pos=0);
string StringSubstr(string string_value, int start_pos, int length=-1);
ushort StringGetCharacter(string string_value, int pos);
int    StringSplit(const string string_value, const ushort separator, string &result[]);
int    StringTrimLeft(string &string_var);
int    StringTrimRight(string &string_var);
string ShortToString(ushort symbol_code);
string CharArrayToString(const uchar &array[], int start=0, int count=-1, uint codepage=CP_ACP);
int    StringToCharArray(string text_string, uchar &array[], int start=0, int count=-1, uint codepage=CP_ACP);
string DoubleToString(double value, int digits=8);
string IntegerToString(long number, int str_len=0, ushort fill_symbol=' ');
string TimeToString(datetime value, int mode=TIME_DATE|TIME_MINUTES);
double StringToDouble(string value);
long   StringToInteger(string value);
datetime StringToTime(const string time_string);
double NormalizeDouble(double value, int digits);

//--- Mathematics
double MathAbs(double value);
int    MathAbs(int value);
long   MathAbs(long value);
double MathMax(double value1, double value2);
int    MathMax(int value1, int value2);
uint   MathMax(uint value1, uint value2);
long   MathMax(long value1, long value2);
ulong  MathMax(ulong value1, ulong value2);
datetime MathMax(datetime value1, datetime value2);
double MathMin(double value1, double value2);
int    MathMin(int value1, int value2);
uint   MathMin(uint value1, uint value2);
long   MathMin(long value1, long value2);
ulong  MathMin(ulong value1, ulong value2);
datetime MathMin(datetime value1, datetime value2);
double MathRound(double value);
bool   MathIsValidNumber(double number);

//--- Arrays
int    ArraySize(const void &array[]);
int    ArrayResize(void &array[], int new_size, int reserve_size=0);
void   ArrayFree(void &array[]);
int    ArrayInitialize(void &array[], double value);
int    ArrayCopy(void &dst_array[], const void &src_array[], int dst_start=0, int src_start=0, int count=WHOLE_ARRAY);
bool   ArrayRemove(void &array[], uint start, uint count=UINT_MAX);

//--- Time
datetime TimeCurrent();
datetime TimeTradeServer();
datetime TimeGMT();
bool     TimeToStruct(datetime dt, MqlDateTime &dt_struct);
datetime StructToTime(MqlDateTime &dt_struct);

//--- Files
int    FileOpen(string file_name, int open_flags, short delimiter='\t', uint codepage=CP_ACP);
void   FileClose(int file_handle);
void   FileFlush(int file_handle);
ulong  FileSize(int file_handle);
bool   FileSeek(int file_handle, long offset, ENUM_FILE_POSITION origin);
ulong  FileTell(int file_handle);
bool   FileIsExist(const string file_name, int common_flag=0);
bool   FileMove(const string src_file_name, int common_flag, const string dst_file_name, int mode_flags);
uint   FileReadArray(int file_handle, void &array[], int start=0, int count=WHOLE_ARRAY);
uint   FileWriteArray(int file_handle, const void &array[], int start=0, int count=WHOLE_ARRAY);
bool   FolderCreate(string folder_name, int common_flag=0);

//--- Charts and objects
void   ChartRedraw(long chart_id=0);
bool   ObjectCreate(long chart_id, string name, ENUM_OBJECT type, int sub_window, datetime time1, double price1);
bool   ObjectDelete(long chart_id, string name);
int    ObjectsDeleteAll(long chart_id, const string prefix, int sub_window=-1, int object_type=-1);
int    ObjectFind(long chart_id, string name);
bool   ObjectSetInteger(long chart_id, string name, ENUM_OBJECT_PROPERTY_INTEGER prop_id, long prop_value);
bool   ObjectSetDouble(long chart_id, string name, ENUM_OBJECT_PROPERTY_DOUBLE prop_id, double prop_value);
bool   ObjectSetString(long chart_id, string name, ENUM_OBJECT_PROPERTY_STRING prop_id, string prop_value);

//--- Account and symbols
double AccountInfoDouble(ENUM_ACCOUNT_INFO_DOUBLE property_id);
long   AccountInfoInteger(ENUM_ACCOUNT_INFO_INTEGER property_id);
string AccountInfoString(ENUM_ACCOUNT_INFO_STRING property_id);
int    SymbolsTotal(bool selected);
string SymbolName(int pos, bool selected);
bool   SymbolExist(const string name, bool &is_custom);
bool   SymbolSelect(string name, bool select);
double SymbolInfoDouble(string name, ENUM_SYMBOL_INFO_DOUBLE prop_id);
long   SymbolInfoInteger(string name, ENUM_SYMBOL_INFO_INTEGER prop_id);
bool   SymbolInfoTick(string symbol, MqlTick &tick);
bool   SymbolInfoSessionTrade(string name, ENUM_DAY_OF_WEEK day_of_week, uint session_index, datetime &from, datetime &to);
long   SeriesInfoInteger(string symbol_name, ENUM_TIMEFRAMES timeframe, ENUM_SERIES_INFO_INTEGER prop_id);
int    CopyTicks(string symbol_name, MqlTick &ticks_array[], uint flags=COPY_TICKS_ALL, ulong from=0, uint count=0);
int    CopyRates(string symbol_name, ENUM_TIMEFRAMES timeframe, int start_pos, int count, MqlRates &rates_array[]);
int    CopyRates(string symbol_name, ENUM_TIMEFRAMES timeframe, datetime start_time, datetime stop_time, MqlRates &rates_array[]);

//--- Economic calendar, in the time of the trade server
int    CalendarValueHistory(MqlCalendarValue &values[], datetime datetime_from, datetime datetime_to=0, const string country_code=NULL, const string currency=NULL);
bool   CalendarEventById(ulong event_id, MqlCalendarEvent &event);
bool   CalendarCountryById(const long country_id, MqlCalendarCountry &country);

//--- Trade
bool   OrderSend(MqlTradeRequest &request, MqlTradeResult &result);
int    PositionsTotal();
ulong  PositionGetTicket(int index);
bool   PositionSelectByTicket(ulong ticket);
double PositionGetDouble(ENUM_POSITION_PROPERTY_DOUBLE property_id);
long   PositionGetInteger(ENUM_POSITION_PROPERTY_INTEGER property_id);
string PositionGetString(ENUM_POSITION_PROPERTY_STRING property_id);
int    OrdersTotal();
ulong  OrderGetTicket(int index);
bool   OrderSelect(ulong ticket);
double OrderGetDouble(ENUM_ORDER_PROPERTY_DOUBLE property_id);
long   OrderGetInteger(ENUM_ORDER_PROPERTY_INTEGER property_id);
string OrderGetString(ENUM_ORDER_PROPERTY_STRING property_id);
bool   HistorySelect(datetime from_date, datetime to_date);
bool   HistorySelectByPosition(long position_id);
bool   HistoryOrderSelect(ulong ticket);
bool   HistoryDealSelect(ulong ticket);
int    HistoryOrdersTotal();
ulong  HistoryOrderGetTicket(int index);
double HistoryOrderGetDouble(ulong ticket_number, ENUM_ORDER_PROPERTY_DOUBLE property_id);
long   HistoryOrderGetInteger(ulong ticket_number, ENUM_ORDER_PROPERTY_INTEGER property_id);
int    HistoryDealsTotal();
ulong  HistoryDealGetTicket(int index);
double HistoryDealGetDouble(ulong ticket_number, ENUM_DEAL_PROPERTY_DOUBLE property_id);
long   HistoryDealGetInteger(ulong ticket_number, ENUM_DEAL_PROPERTY_INTEGER property_id);
string HistoryDealGetString(ulong ticket_number, ENUM_DEAL_PROPERTY_STRING property_id);
