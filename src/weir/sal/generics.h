#pragma once

#include "weir/sal/interface.h"

namespace weir::sal {

// The topics as a facility has them: those declared, the generic topics of each subsystem under its
// own name ("ATDome_command_enable"), and one acknowledgement topic ("ATDome_ackcmd") for each
// component that takes commands.
//
// Which generic topics a subsystem has:
// - its <AddedGenerics> names categories and single topics; the category "mandatory" is added;
// - older trees say <Generics>yes</Generics> or no: all or none;
// - without any list of subsystems, each has all;
// - one that the list leaves out has none.
// A subsystem that is listed and declares nothing itself still has its generic topics, and what it
// declares under the name of a generic topic stays as declared. Both leave a warning where they
// look like a mistake. Without generic topics only the acknowledgements come in.
Interfaces with_generics(Interfaces declared);

}  // namespace weir::sal
