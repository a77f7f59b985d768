// All that a translated program includes.
#pragma once
#include "builtins.hpp"
#include "array_functions.hpp"
#include "convert.hpp"
#include "format.hpp"
#include "program.hpp"
