// Ports of local procedure calls, the old ones.
#include "calls.h"

OPENS_BY(NtCreatePort) {
  return HERE(NT(NtCreatePort)(handle, object(L"\\BaseNamedObjects\\ajar-port", well), 64, 64, 0));
}
OPENS_BY(NtConnectPort) {
  SECURITY_QUALITY_OF_SERVICE quality = {sizeof quality, SecurityAnonymous, FALSE, TRUE};
  UNICODE_STRING name;
  RtlInitUnicodeString(&name, well ? L"\\BaseNamedObjects\\ajar-port" : L"\\BaseNamedObjects\\ajar-no-port");
  return HERE(NT(NtConnectPort)(handle, &name, &quality, NULL, NULL, NULL, NULL, NULL));
}

static const Call rows[] = {
    ROW(NtCreatePort, "Port", "ajar-port"),
    ROW(NtConnectPort, "Port", ""),
};

const Calls port_calls = TABLE(rows);
