//+------------------------------------------------------------------+
//| Random names, from libzmq's own source of keys: MathRand has 15   |
//| bits and a seed that anybody can guess.                           |
//+------------------------------------------------------------------+
#include "Zmq.mqh"
#include "Text.mqh"

//--- 16 random hexadecimal digits; "" when this libzmq was built without CURVE
string RandomHex()
  {
   uchar public_key[ZMQ_KEY_SIZE];
   uchar secret_key[ZMQ_KEY_SIZE];
   ArrayInitialize(public_key,0);
   ArrayInitialize(secret_key,0);
   if(zmq_curve_keypair(public_key,secret_key)!=0)
      return("");
   return(Digest(secret_key));
  }
