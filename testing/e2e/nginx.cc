#include "e2e/nginx.h"

#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "harness/command.h"
#include "harness/needs.h"

namespace ajar::e2e {

using harness::Outcome;
using harness::TempDir;

void configure_nginx(const TempDir& directory, const std::string& processes) {
  const std::string user = ::geteuid() == 0 ? "user root;\n" : "";
  harness::write_file(directory / "page.html", std::string(20'000, 'x'));
  harness::write_file(
      directory / "nginx.conf",
      user + "daemon off;\npid nginx.pid;\nerror_log stderr;\n" + processes +
          "events { worker_connections 64; }\n"
          "http { access_log access.log; client_body_temp_path t1; proxy_temp_path t2;\n"
          "  fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5; keepalive_timeout 5;\n"
          "  server { listen unix:" +
          std::string(directory / "socket") + "; root " + directory.path().string() + "; } }\n");
}

std::vector<std::string> nginx_command(const TempDir& directory) {
  return {harness::find_program("nginx"), "-p", directory.path(), "-c",
          directory / "nginx.conf",       "-e", "stderr"};
}

int nginx_serves(harness::Running& server, const TempDir& directory) {
  const bool serves = server.wait_until([&] {
    return !harness::read_file(directory / "nginx.pid").empty() &&
           std::filesystem::exists(directory / "socket");
  });
  return serves ? std::stoi(harness::read_file(directory / "nginx.pid")) : 0;
}

void end_nginx(const TempDir& directory) {
  ::kill(std::stoi(harness::read_file(directory / "nginx.pid")), SIGQUIT);
}

int request_pages(const TempDir& directory, int rounds) {
  int answered = 0;
  for (int i = 0; i < rounds; ++i) {
    const Outcome outcome =
        harness::run({.words = {"curl", "-sf", "--unix-socket", directory / "socket", "-o", "/dev/null", "-w",
                                "%{http_code} ", "http://x/page.html?[1-100]", "http://x/missing"}});
    for (std::size_t at = outcome.out.find("200"); at != std::string::npos;
         at = outcome.out.find("200", at + 1))
      ++answered;
  }
  return answered;
}

}  // namespace ajar::e2e
