#pragma once

#include <span>

#include "weir/base/bytes.h"
#include "weir/sal/synthetic/facility.h"

namespace weir::sal::synthetic {

// The file of a subsystem's topics of one kind: "<SALCommandSet>…".
Bytes topic_set_xml(const SubsystemPlan& subsystem, SetKind kind);

// SALGenerics.xml: the commands and events that any subsystem may have by naming their category.
Bytes generics_xml();

// SALSubsystems.xml: what each subsystem is and which generic topics it has.
struct SubsystemEntry {
  std::string name, description, generics;
};
Bytes subsystems_xml(std::span<const SubsystemEntry> subsystems);

}  // namespace weir::sal::synthetic
