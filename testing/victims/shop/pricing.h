// What libpricing.so offers to the program that loads it.
#pragma once

extern "C" {

// What fetch_rate forgets on each call: "tcp", "file", "eventfd", or "none". Rates come from the backend at
// `backend_port`, logs go to `directory`. False for a word that it does not know.
bool configure_pricing(const char* forget, int backend_port, const char* directory);

// The price of one article in cents, from the backend; -1 where the backend did not answer.
int fetch_rate(int article);
}
