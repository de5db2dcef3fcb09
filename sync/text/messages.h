#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::sync {

/// What people are spoken to in. French is in the catalogue po/fr.po; English
/// is what the code says.
enum class Language : std::uint8_t { fr, en };
std::string_view to_text(Language language);
/// "fr" or "en"; usage otherwise.
Result<Language> language_from_text(std::string_view text);

/// Asks the environment: empty when a variable is not set.
using Environment = std::function<std::string(const char* name)>;

/// The folder of shared data, seen from the running program: ../share.
std::string share_folder();

/// Opens the catalogue in `locale_folder` (share_folder() + "/locale"). Once,
/// before any thread. Without a catalogue everybody reads English.
void open_catalogue(const std::string& locale_folder);

/// The option where there is one, else what LC_ALL, LC_MESSAGES or LANG name
/// first, else French. Fails with usage for an option that is neither.
Result<Language> choose_language(std::string_view option,
                                 const Environment& environment);

/// The sentence, translated and filled. Never fails on foreign text: a
/// placeholder without an argument stays as it is, what an argument holds is
/// not read again, and its control characters are escaped so that none of them
/// reaches a terminal. An argument in both languages (French, U+001F, English)
/// gives the reader's half. Threads: any, after open_catalogue().
std::string say(const Sentence& sentence, Language language);

/// "label:", as the language sets its colon.
std::string labelled(std::string_view label, Language language);

/// Text of data as it may go to a terminal: control characters, overrides of
/// direction and what is not UTF-8 become \x1B, \u202E. Newlines stay when
/// `lines`.
std::string printable(std::string_view text, bool lines = false);

}  // namespace relais::sync
