#include <ostream>

#include "render/json_values.h"
#include "render/system_logs.h"
#include "report/words.h"

namespace ajar::render {
namespace {

// "2026-11-09T16:02:11Z"
std::string moment(std::int64_t unix_ns) {
  std::string text = report::utc(unix_ns);
  text[text.find(' ')] = 'T';
  return text + "Z";
}

Json moment(const std::optional<std::int64_t>& unix_ns) {
  return unix_ns ? Json(moment(*unix_ns)) : Json();
}

Json object(const report::SystemTrouble& trouble, const report::SystemRun& run) {
  Json since;
  if (run.started_unix_ns)
    since = rounded((static_cast<double>(trouble.first_unix_ns) - static_cast<double>(*run.started_unix_ns)) /
                    1e9);
  return {{"of", trouble_word(trouble.of)},
          {"what", trouble.what},
          {"source", trouble.source},
          {"id", trouble.id},
          {"times", trouble.times},
          {"first", moment(trouble.first_unix_ns)},
          {"last", moment(trouble.last_unix_ns)},
          {"first_since_start_s", since},
          {"text", trouble.text}};
}

Json object(const report::SystemRun& run) {
  return {{"started", moment(run.started_unix_ns)},
          {"next_start", moment(run.next_start_unix_ns)},
          {"crashed", run.crashed},
          {"troubles", array_of(run.troubles, [&](const auto& trouble) { return object(trouble, run); })}};
}

Json object(const report::SystemLog& log) {
  return {{"channel", log.channel},
          {"host", log.host},
          {"events", log.events},
          {"not_read", log.not_read},
          {"cut_off", log.cut_off},
          {"from", moment(log.from_unix_ns)},
          {"until", moment(log.until_unix_ns)},
          {"starts", log.starts},
          {"runs", array_of(log.runs, [](const auto& run) { return object(run); })}};
}

Json handles_of(const report::CountTrend& process) {
  return {{"pid", process.pid},
          {"name", process.name},
          {"samples", process.samples},
          {"from_s", rounded(process.from_s)},
          {"until_s", rounded(process.until_s)},
          {"first", process.first},
          {"last", process.last},
          {"most", process.most}};
}

}  // namespace

void system_logs_json(const report::SystemLogs& logs, std::ostream& out) {
  write_json({{"schema", "ajar-system-logs/1"},
              {"file", logs.file},
              {"logs", array_of(logs.logs, [](const auto& log) { return object(log); })},
              {"processes",
               array_of(logs.counts.processes, [](const auto& process) { return handles_of(process); })},
              {"tokens", array_of(logs.counts.tokens, token_question_json)},
              {"looked_for", logs.looked_for},
              {"warnings", logs.warnings}},
             out);
}

}  // namespace ajar::render
