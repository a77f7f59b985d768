//+------------------------------------------------------------------+
//| What the trade server's return codes mean (protocol 6.8), and how |
//| they are told to a person.                                        |
//+------------------------------------------------------------------+
enum ENUM_ANSWER
  {
   ANSWER_ACCEPTED,  // done, as far as the broker's word goes
   ANSWER_PLACED,    // taken, not done
   ANSWER_RETRY,     // the price moved: it may be asked again
   ANSWER_BUSY,      // too many requests: it may be asked again, later
   ANSWER_AMBIGUOUS, // nobody knows: look before anything
   ANSWER_REFUSED    // no
  };

//--- protocol 6.8, and the facts of MetaTrader's return codes
ENUM_ANSWER KindOf(const uint retcode)
  {
   switch(retcode)
     {
      case TRADE_RETCODE_DONE:
      case TRADE_RETCODE_DONE_PARTIAL:
      case TRADE_RETCODE_NO_CHANGES:
         return(ANSWER_ACCEPTED);
      case TRADE_RETCODE_PLACED:
         return(ANSWER_PLACED);
      case TRADE_RETCODE_REQUOTE:
      case TRADE_RETCODE_PRICE_CHANGED:
      case TRADE_RETCODE_PRICE_OFF:
         return(ANSWER_RETRY);
      case TRADE_RETCODE_TOO_MANY_REQUESTS:
      case TRADE_RETCODE_LOCKED:
         return(ANSWER_BUSY);
      case 0: // the terminal itself gave up: whether anything left is not known
      case TRADE_RETCODE_ERROR:
      case TRADE_RETCODE_TIMEOUT:
      case TRADE_RETCODE_CONNECTION:
         return(ANSWER_AMBIGUOUS);
      default:
         return(ANSWER_REFUSED);
     }
  }

string RetcodeText(const uint retcode)
  {
   switch(retcode)
     {
      case TRADE_RETCODE_REJECT:
         return("the broker rejected it");
      case TRADE_RETCODE_REQUOTE:
      case TRADE_RETCODE_PRICE_CHANGED:
         return("the price moved");
      case TRADE_RETCODE_PRICE_OFF:
         return("there are no quotes");
      case TRADE_RETCODE_ERROR:
         return("an error at the broker: whether it was done is not known yet");
      case TRADE_RETCODE_TIMEOUT:
         return("the broker did not answer in time: whether it was done is not known yet");
      case TRADE_RETCODE_CONNECTION:
         return("no connection to the broker: whether it was done is not known yet");
      case TRADE_RETCODE_TOO_MANY_REQUESTS:
         return("too many requests");
      case TRADE_RETCODE_LOCKED:
         return("locked by the broker for processing");
      case TRADE_RETCODE_INVALID_VOLUME:
         return("invalid volume");
      case TRADE_RETCODE_INVALID_PRICE:
         return("invalid price");
      case TRADE_RETCODE_INVALID_STOPS:
         return("invalid stops");
      case TRADE_RETCODE_TRADE_DISABLED:
         return("trading is disabled");
      case TRADE_RETCODE_MARKET_CLOSED:
         return("the market is closed");
      case TRADE_RETCODE_NO_MONEY:
         return("not enough money");
      case TRADE_RETCODE_SERVER_DISABLES_AT:
         return("the broker has switched AutoTrading off");
      case TRADE_RETCODE_CLIENT_DISABLES_AT:
         return("AutoTrading is off in the terminal: press the AutoTrading button");
      case TRADE_RETCODE_FROZEN:
         return("frozen: too near to activation");
      case TRADE_RETCODE_INVALID_FILL:
         return("filling mode not supported");
      case TRADE_RETCODE_POSITION_CLOSED:
         return("the position is closed");
      case TRADE_RETCODE_ORDER_CHANGED:
         return("the order's state has changed");
      default:
         return("retcode "+IntegerToString((long)retcode));
     }
  }
