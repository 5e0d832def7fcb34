#pragma once

#include <cstdint>
#include <span>

#include "model/snapshot.h"
#include "objfile/minidump.h"

namespace ajar::import {

// Whether the dump has the latest operation first. The order is that of whoever enumerated them for the dump,
// and nothing in the file says which one it is: Windows itself gives the latest first (!htrace shows it so),
// others the oldest. Told by what can be so in one order only:
//
// - Of a number that was both opened and closed the last operation says whether it is in the table.
// - A process that keeps handles gets ever higher numbers: those that were free before are mostly lower.
//
// The first counts where it is clear, then the second; where neither is, as with hardly any operations, the
// latest is taken to be the first.
bool is_latest_first(const objfile::Minidump& dump, std::span<const model::Handle> table);

}  // namespace ajar::import
