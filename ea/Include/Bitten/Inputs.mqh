//+------------------------------------------------------------------+
//| What the trader sets. Names and meanings are listed in docs/ea.md.|
//+------------------------------------------------------------------+
enum ENUM_SUMMER_TIME
  {
   SUMMER_AUTO, // Automatic: New York's where the broker keeps New York's close
   SUMMER_NONE, // None: the broker's clock never changes
   SUMMER_EU,   // Europe
   SUMMER_US    // United States
  };

#define UTC_HOURS_AUTO -100.0

input group             "Connection"
input string            InpUser="";                      // User: the name the hub's operator gave you
input string            InpHost="127.0.0.1";             // Hub: host name or address
input int               InpCommandPort=5555;             // Hub: command port
input int               InpFeedbackPort=5556;            // Hub: feedback port
input string            InpServerKey="";                 // Hub: public key (empty: plain, this computer only)
input int               InpTelemetryMs=5000;             // Pace until the hub says otherwise, milliseconds
input group             "Your own limits, whatever the hub says"
input bool              InpTradingOff=false;             // Refuse every fire (closing stays possible)
input double            InpMaxLot=0.0;                   // Most lots a fire (0: the hub's limits alone)
input int               InpMaxPositions=0;               // Most open positions and orders (0: the hub's limits alone)
input double            InpDailyLoss=0.0;                // Most loss a day, account currency (0: the hub's limits alone)
input string            InpSymbols="";                   // Symbols that may be fired, by comma (empty: all)
input group             "Symbols and time of this broker"
input string            InpPrefix="";                    // What the broker writes before a symbol
input string            InpSuffix="";                    // What the broker writes after a symbol (EURUSDm: m)
input string            InpSymbolMap="";                 // Other names, by semicolon (XAUUSD=GOLD;US30=DJ30)
input double            InpBrokerUtcHours=UTC_HOURS_AUTO; // Broker time minus UTC, hours (-100: automatic)
input ENUM_SUMMER_TIME  InpBrokerSummer=SUMMER_AUTO;     // The broker's summer time
input group             "Panel on the chart"
input bool              InpPanel=true;                   // Show the panel
input int               InpPanelX=12;                    // Pixels from the left
input int               InpPanelY=24;                    // Pixels from the top
