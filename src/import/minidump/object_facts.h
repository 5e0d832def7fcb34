#pragma once

#include <span>
#include <vector>

#include "model/fact.h"
#include "objfile/minidump.h"

namespace ajar::import {

// What the object information of one handle tells, as facts. What is of an unknown kind, or longer or shorter
// than its kind is, is told in hexadecimal.
std::vector<model::Fact> object_facts(std::span<const objfile::MinidumpObjectInfo> infos);

}  // namespace ajar::import
