#include <windows.h>
// After windows.h, which it does not include.
#include <dbghelp.h>

#include <array>
#include <filesystem>
#include <mutex>

#include "platform/pdb_names.h"
#include "platform/win_text.h"

namespace ajar::platform {
namespace {

// dbghelp.dll: beside ajar.exe, as the Debugging Tools for Windows bring it, or the system's.
class Dbghelp {
 public:
  // Null where it is not there, or too old. It stays loaded.
  static const Dbghelp* get() {
    static const Dbghelp library;
    return library.usable_ ? &library : nullptr;
  }

  decltype(&::SymInitializeW) initialize = nullptr;
  decltype(&::SymCleanup) cleanup = nullptr;
  decltype(&::SymSetOptions) set_options = nullptr;
  decltype(&::SymLoadModuleExW) load_module = nullptr;
  decltype(&::SymGetModuleInfoW64) module_info = nullptr;
  decltype(&::SymFromAddrW) from_address = nullptr;
  decltype(&::SymGetLineFromAddrW64) line_from_address = nullptr;
  // Of Windows 8 and later; all or none. MinGW's header does not have them.
  DWORD(WINAPI* inlined_at)(HANDLE, DWORD64) = nullptr;
  BOOL(WINAPI* query_inlined)(HANDLE, DWORD64, DWORD, DWORD64, DWORD64, DWORD*, DWORD*) = nullptr;
  BOOL(WINAPI* from_context)(HANDLE, DWORD64, ULONG, DWORD64*, SYMBOL_INFOW*) = nullptr;
  BOOL(WINAPI* line_from_context)(HANDLE, DWORD64, ULONG, DWORD64, DWORD*, IMAGEHLP_LINEW64*) = nullptr;

  [[nodiscard]] bool knows_inlined() const {
    return inlined_at != nullptr && query_inlined != nullptr && from_context != nullptr &&
           line_from_context != nullptr;
  }

 private:
  Dbghelp();

  template <typename Function>
  bool load(HMODULE library, const char* name, Function& function) {
    const FARPROC found = ::GetProcAddress(library, name);
    function = reinterpret_cast<Function>(reinterpret_cast<void*>(found));
    return function != nullptr;
  }

  bool usable_ = false;
};

Dbghelp::Dbghelp() {
  const DWORD where = LOAD_LIBRARY_SEARCH_APPLICATION_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
  const HMODULE library = ::LoadLibraryExW(L"dbghelp.dll", nullptr, where);
  if (library == nullptr) return;
  usable_ = load(library, "SymInitializeW", initialize) && load(library, "SymCleanup", cleanup) &&
            load(library, "SymSetOptions", set_options) && load(library, "SymLoadModuleExW", load_module) &&
            load(library, "SymGetModuleInfoW64", module_info) &&
            load(library, "SymFromAddrW", from_address) &&
            load(library, "SymGetLineFromAddrW64", line_from_address);
  load(library, "SymAddrIncludeInlineTrace", inlined_at);
  load(library, "SymQueryInlineTrace", query_inlined);
  load(library, "SymFromInlineContextW", from_context);
  load(library, "SymGetLineFromInlineContextW", line_from_context);
}

// A symbol and the room for its name.
class SymbolRoom {
 public:
  SymbolRoom() {
    package_.si.SizeOfStruct = sizeof package_.si;
    package_.si.MaxNameLen = MAX_SYM_NAME;
  }
  SYMBOL_INFOW* get() { return &package_.si; }
  [[nodiscard]] ULONG size() const { return package_.si.Size; }
  [[nodiscard]] std::string name() const {
    const ULONG longest = MAX_SYM_NAME - 1;
    const ULONG length = package_.si.NameLen < longest ? package_.si.NameLen : longest;
    const std::wstring_view text(&package_.si.Name[0], length);
    return win::narrow(text.substr(0, text.find(L'\0')));
  }

 private:
  // The name goes on behind its first letter.
  struct Package {
    SYMBOL_INFOW si{};
    std::array<WCHAR, MAX_SYM_NAME> name{};
  };
  Package package_;
};

// One image with its PDB.
class Session {
 public:
  Session(const Dbghelp& library, const PdbQuestion& question);
  ~Session() { library_.cleanup(handle()); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] bool has_pdb() const { return base_ != 0; }
  [[nodiscard]] model::SymbolChain at(std::uint64_t rva) const;

 private:
  // dbghelp wants a number of its own for each session, not a process.
  [[nodiscard]] HANDLE handle() const { return const_cast<Session*>(this); }
  void add_inlined(DWORD64 address, DWORD first, DWORD count, model::SymbolChain& chain) const;
  [[nodiscard]] model::Symbol function_at(DWORD64 address) const;

  const Dbghelp& library_;
  DWORD64 base_ = 0;
};

Session::Session(const Dbghelp& library, const PdbQuestion& question) : library_(library) {
  const std::wstring pdb = win::widen(question.pdb);
  const std::wstring folder = std::filesystem::path(pdb).parent_path().wstring();
  library_.set_options(SYMOPT_LOAD_LINES | SYMOPT_UNDNAME | SYMOPT_EXACT_SYMBOLS |
                       SYMOPT_FAIL_CRITICAL_ERRORS | SYMOPT_NO_PROMPTS);
  if (library_.initialize(handle(), folder.empty() ? L"." : folder.c_str(), FALSE) == FALSE) return;
  const std::wstring image = win::widen(question.image);
  const DWORD64 base = library_.load_module(handle(), nullptr, image.c_str(), nullptr, 0, 0, nullptr, 0);
  IMAGEHLP_MODULEW64 about{};
  about.SizeOfStruct = sizeof about;
  const bool known = base != 0 && library_.module_info(handle(), base, &about) != FALSE;
  if (known && about.SymType == SymPdb) base_ = base;
}

void set_line(model::Symbol& symbol, const IMAGEHLP_LINEW64& line) {
  if (line.LineNumber == 0 || line.FileName == nullptr) return;
  symbol.file = win::narrow(line.FileName);
  symbol.line = line.LineNumber;
}

void Session::add_inlined(DWORD64 address, DWORD first, DWORD count, model::SymbolChain& chain) const {
  for (DWORD context = first; context < first + count; ++context) {
    SymbolRoom room;
    DWORD64 displacement = 0;
    if (library_.from_context(handle(), address, context, &displacement, room.get()) == FALSE) continue;
    model::Symbol symbol;
    symbol.match = model::SymbolMatch::exact;
    symbol.inlined = true;
    symbol.function = room.name();
    symbol.displacement = displacement;
    IMAGEHLP_LINEW64 line{};
    line.SizeOfStruct = sizeof line;
    DWORD into_line = 0;
    if (library_.line_from_context(handle(), address, context, 0, &into_line, &line) != FALSE)
      set_line(symbol, line);
    chain.push_back(std::move(symbol));
  }
}

model::Symbol Session::function_at(DWORD64 address) const {
  SymbolRoom room;
  model::Symbol symbol;
  DWORD64 displacement = 0;
  if (library_.from_address(handle(), address, &displacement, room.get()) == FALSE) return symbol;
  symbol.function = room.name();
  symbol.displacement = displacement;
  symbol.match = displacement < room.size() ? model::SymbolMatch::exact : model::SymbolMatch::nearest;
  return symbol;
}

model::SymbolChain Session::at(std::uint64_t rva) const {
  constexpr DWORD kMostInlined = 256;
  const DWORD64 address = base_ + rva;
  model::SymbolChain chain;
  DWORD first = 0;
  DWORD index = 0;
  DWORD count = library_.knows_inlined() ? library_.inlined_at(handle(), address) : 0;
  if (count > kMostInlined ||
      (count > 0 && library_.query_inlined(handle(), address, 0, address, address, &first, &index) == FALSE))
    count = 0;
  add_inlined(address, first, count, chain);
  model::Symbol function = function_at(address);
  IMAGEHLP_LINEW64 line{};
  line.SizeOfStruct = sizeof line;
  DWORD into_line = 0;
  const bool has_line =
      count > 0 ? library_.line_from_context(handle(), address, first + count, 0, &into_line, &line) != FALSE
                : library_.line_from_address(handle(), address, &into_line, &line) != FALSE;
  if (has_line) set_line(function, line);
  if (!function.function.empty() || function.line != 0) chain.push_back(std::move(function));
  return chain;
}

}  // namespace

base::Result<model::ModuleSymbols> PdbNames::find(const PdbQuestion& question) {
  static std::mutex one_at_a_time;  // dbghelp's rule
  const std::scoped_lock lock(one_at_a_time);
  model::ModuleSymbols symbols;
  if (question.addresses.empty()) return symbols;
  const Dbghelp* const library = Dbghelp::get();
  if (library == nullptr) return base::Error("to read it ajar needs dbghelp.dll, which is not here");
  const Session session(*library, question);
  if (!session.has_pdb()) return base::Error("dbghelp.dll can't read it");
  for (const std::uint64_t address : question.addresses) {
    model::SymbolChain chain = session.at(address);
    if (!chain.empty()) symbols.emplace(address, std::move(chain));
  }
  return symbols;
}

}  // namespace ajar::platform
