// The types, and what prelude.mqh declares with them: the translator writes prelude.hpp.
#pragma once
#include "scalar.hpp"
#include "text.hpp"
#include "array.hpp"
#include "prelude.hpp"
