#pragma once

#include <cstddef>
#include <span>
#include <string>

// What Windows answers to questions about a job, in words.
namespace ajar::tables::windows {

// Of JobObjectBasicAccountingInformation: "processes: 2 now, 5 in all". Empty where the answer is too short.
std::string processes_of_job(std::span<const std::byte> answer);

// Of JobObjectExtendedLimitInformation as 64-bit systems lay it out: "limits: 4 processes, 512 MiB a process,
// killed when the last handle is closed". Empty where there is none.
std::string limits_of_job(std::span<const std::byte> answer);

}  // namespace ajar::tables::windows
