#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// What becomes of whole machines. Each counts what it did; some days there
/// is nobody to whom it could happen.

/// A machine more; if one is known to be a copy, instead of that.
void enrol_somebody(World& world);
/// Two machines with one home from now on, and people at both.
void copy_a_machine(World& world);
/// The image of a post's disk is kept; some day it comes back.
void keep_an_image(World& world);
void set_a_machine_back(World& world);
/// Headquarters retires a machine, whatever it still has to send; people may
/// go on there for a while.
void retire_a_machine(World& world);
/// A disk is lost for ever, perhaps after its last file lost a page.
void lose_a_machine(World& world);
/// A disk says from now on that it has what it has not.
void let_a_disk_lie(World& world);

/// After its disk went back in time: what it lost with that is known.
void was_set_back(World& world, Machine& machine);
/// A lying disk may take the database whole, its keys too: to headquarters that
/// is a machine which it does not know. It gets a new code.
void enrol_who_lost_all(World& world);
/// Headquarters gives up what is waited for and on no disk. Gives whether
/// there was any.
bool write_off(World& world);

}  // namespace relais::simulation
