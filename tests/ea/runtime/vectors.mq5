// What the built-ins promise, as checks; OnInit fails on the first run of any that is wrong.
#property version "1.00"

int Failures = 0;

void Check(const string what, const bool holds)
  {
   if(holds)
      return;
   Failures++;
   Print("wrong: ", what);
  }

void Same(const string what, const string got, const string expected)
  {
   Check(what + ": '" + got + "', not '" + expected + "'", got == expected);
  }

void Strings()
  {
   string nothing = NULL;
   Check("NULL is not an empty string", nothing != "");
   Check("length of NULL", StringLen(nothing) == 0);
   Check("StringFind", StringFind("EURUSD", "USD") == 3);
   Check("StringFind from", StringFind("EURUSD", "U", 2) == 3);
   Check("StringFind of nothing", StringFind("EURUSD", "JPY") == -1);
   Check("StringGetCharacter", StringGetCharacter("EURUSD", 3) == 'U');
   Same("StringSubstr", StringSubstr("EURUSD", 3), "USD");
   Same("StringSubstr of two", StringSubstr("EURUSD", 3, 2), "US");
   string parts[];
   Check("StringSplit", StringSplit("_EUR__USD", '_', parts) == 4);
   Same("StringSplit, a part", parts[1], "EUR");
   Same("StringSplit, between two separators", parts[2], "");
   string blank = " \t EURUSD \r\n";
   Check("StringTrimLeft", StringTrimLeft(blank) == 3);
   Check("StringTrimRight", StringTrimRight(blank) == 3);
   Same("trimmed", blank, "EURUSD");
  }

void Codes()
  {
   uchar bytes[];
   const int count = StringToCharArray("\x20AC1", bytes, 0, WHOLE_ARRAY, CP_UTF8);
   Check("UTF-8 counts the final 0", count == 5 && ArraySize(bytes) == 5 && bytes[4] == 0);
   Check("the euro sign in UTF-8", bytes[0] == 0xE2 && bytes[1] == 0x82 && bytes[2] == 0xAC);
   Same("and back", CharArrayToString(bytes, 0, 3, CP_UTF8), ShortToString(0x20AC));
   uchar abc[];
   uchar key[];
   uchar hash[];
   ArrayResize(abc, 3);
   abc[0] = 'a';
   abc[1] = 'b';
   abc[2] = 'c';
   Check("SHA-256 has 32 bytes", CryptEncode(CRYPT_HASH_SHA256, abc, key, hash) == 32);
   Check("SHA-256 of abc (FIPS 180-2)", hash[0] == 0xBA && hash[1] == 0x78 && hash[31] == 0xAD);
  }

void Numbers()
  {
   Same("EnumToString", EnumToString(ORDER_TYPE_SELL), "ORDER_TYPE_SELL");
   Same("IntegerToString", IntegerToString(42, 5, '0'), "00042");
   Same("DoubleToString", DoubleToString(1.23456, 2), "1.23");
   Same("DoubleToString, scientific", DoubleToString(12345.0, -3), "1.234e+04");
   Check("StringToDouble", StringToDouble("1.5") == 1.5);
   Check("StringToInteger", StringToInteger("-17") == -17);
   Check("MathRound, away from 0", MathRound(-2.5) == -3.0);
   Check("MathAbs", MathAbs(-1.5) == 1.5 && MathAbs(-3) == 3);
   Check("MathMax and MathMin", MathMax(2, 3) == 3 && MathMin(2.5, 1.5) == 1.5);
   Check("MathIsValidNumber", MathIsValidNumber(1.0) && !MathIsValidNumber(StringToDouble("inf")));
   Check("NormalizeDouble", NormalizeDouble(1.234567, 5) == 1.23457);
   Same("StringFormat", StringFormat("%05d|%5.2f|%-4s|%x", 42, 3.14159, "ab", 255), "00042| 3.14|ab  |ff");
   const long big = 9007199254740993;
   Same("eight bytes", StringFormat("%I64d", big), "9007199254740993");
  }

void Times()
  {
   const datetime time = D'2024.03.04 07:08:09';
   Same("TimeToString", TimeToString(time), "2024.03.04 07:08");
   Same("TimeToString, all", TimeToString(time, TIME_DATE | TIME_SECONDS), "2024.03.04 07:08:09");
   MqlDateTime parts = {};
   TimeToStruct(time, parts);
   Check("a Monday, the 64th day", parts.day_of_week == 1 && parts.day_of_year == 63);
   Check("StructToTime", StructToTime(parts) == time);
   Check("StringToTime", StringToTime("2024.03.04 07:08:09") == time);
  }

void Arrays()
  {
   int source[] = {1, 2, 3, 4, 5};
   int target[];
   Check("ArrayCopy", ArrayCopy(target, source, 1, 3) == 2 && ArraySize(target) == 3 && target[2] == 5);
   Check("ArrayCopy onto itself", ArrayCopy(source, source, 1, 0, 4) == 4 && source[4] == 4 && source[1] == 1);
   Check("ArrayRemove", ArrayRemove(source, 0, 2) && ArraySize(source) == 3 && source[0] == 2);
   Check("ArrayResize", ArrayResize(source, 1) == 1 && source[0] == 2);
   ArrayInitialize(target, 7);
   Check("ArrayInitialize", target[0] == 7 && target[2] == 7);
   ArrayFree(target);
   Check("ArrayFree", ArraySize(target) == 0);
  }

void Files()
  {
   uchar bytes[] = {1, 2, 3, 4, 5};
   Check("FolderCreate", FolderCreate("vectors"));
   ResetLastError();
   Check("no such file", FileOpen("vectors/none", FILE_READ | FILE_BIN) == INVALID_HANDLE && GetLastError() != ERR_SUCCESS);
   int file = FileOpen("vectors/one", FILE_READ | FILE_WRITE | FILE_BIN);
   Check("FileOpen", file != INVALID_HANDLE);
   Check("FileWriteArray", FileWriteArray(file, bytes) == 5 && FileTell(file) == 5);
   Check("opened once", FileOpen("vectors/one", FILE_READ | FILE_WRITE | FILE_BIN) == INVALID_HANDLE);
   FileFlush(file);
   Check("FileSize", FileSize(file) == 5);
   Check("FileSeek", FileSeek(file, -2, SEEK_END));
   uchar read[];
   Check("FileReadArray", FileReadArray(file, read) == 2 && read[0] == 4 && read[1] == 5);
   FileClose(file);
   Check("FileMove", FileMove("vectors/one", 0, "vectors/two", FILE_REWRITE));
   Check("FileIsExist", FileIsExist("vectors/two") && !FileIsExist("vectors/one"));
  }

void Clock()
  {
   const ulong before = GetMicrosecondCount();
   Check("GetMicrosecondCount goes on", GetMicrosecondCount() >= before);
   const ulong earlier = GetTickCount64();
   Check("GetTickCount64 goes on", GetTickCount64() >= earlier);
  }

int OnInit()
  {
   Strings();
   Codes();
   Numbers();
   Times();
   Arrays();
   Files();
   Clock();
   return(Failures == 0 ? INIT_SUCCEEDED : INIT_FAILED);
  }
