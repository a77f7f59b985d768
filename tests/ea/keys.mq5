// What the EA's own source does with the file of its key pair.
#property version "1.00"
#include <Bitten/Keys.mqh>

void OnTick()
  {
   Print(g_keys.Begin("amy") ? "loaded "+g_keys.Public() : "not loaded");
  }
