#pragma once

#include <string_view>

#include "sync/record/fold.h"
#include "sync/replica/record_view.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// Plain words for what the code knows by a short name. An unknown name is its
/// own words.

/// Draft, saved, sent, held by headquarters.
Sentence held_words(Held held);
/// The same from its name in JSON.
Sentence held_words(std::string_view held);
/// Why a change is set aside (fold.h lists the reasons).
Sentence set_aside_words(std::string_view reason);
Sentence proposal_words(ProposalWhy why);
/// What a step of a draft does.
Sentence draft_step_words(std::string_view step);
/// The heading over a column of an answer: its key.
Sentence heading_words(std::string_view key);

/// A role by its label in the table `role`.
std::string role_words(std::string_view role, const Tables* tables,
                       Language language);
/// What the form calls something, in this language or else in the other.
std::string label(const proto::Text& text, Language language);
/// The label of a code and the code: "Extorsion (EXT)".
std::string code_words(const proto::Field& spec, std::string_view code,
                       const Tables* tables, Language language);
/// What the form calls a place: "Objectives, 3f2a..., Weight (%)".
std::string address_words(const Form& form, const Address& address,
                          Language language);
/// A state of the lifecycle by its label.
std::string state_words(const Form& form, const std::string& state,
                        Language language);
/// A value as a person reads it; a row as "column: value; ...".
std::string value_words(const proto::Field& spec, const Value& value,
                        const Tables* tables, Language language);
/// A day or an instant, given as ISO: 12/05/2026 07:30 in French. What is no
/// such text comes back as it is.
std::string day_words(std::string_view iso, Language language);
/// A person by name where the tables have one: "Awa Traoré (924-31.C)".
std::string person_words(std::string_view person, const Tables* tables,
                         Language language);

}  // namespace relais::sync
