#pragma once

#include <span>
#include <string>
#include <vector>

#include "objfile/pe.h"

namespace ajar::symbolize {

// Where the PDB of an image is looked for.
struct PdbSearch {
  std::string image;                 // the path that the image was found at
  std::string root;                  // of the system that it was found on, see ModuleFile
  std::vector<std::string> folders;  // see find_module_file()
};

struct PdbFile {
  std::string path;                   // empty: there is none
  std::vector<std::string> troubles;  // what was found and is not it: "/srv/shop.pdb: is of another build …"
};

// Looks beside the image, at the path that the image records, and in the folders: there by name, in the
// folders where it was, and as symbol servers lay files out ("shop.pdb/0123…EF1/shop.pdb"). Only a file with
// the GUID and age that the image records is taken.
PdbFile find_pdb(const objfile::PeFile& pe, const PdbSearch& search);

}  // namespace ajar::symbolize
