// Finding a language by what is written behind a fence.
#include <QHash>

#include "text/code_language_p.h"

namespace {

constexpr qsizetype kLongestName = 40;

[[nodiscard]] QList<QStringView> wordsOf(QStringView text) {
  return text.split(u' ', Qt::SkipEmptyParts);
}

[[nodiscard]] QSet<QStringView> setOf(QStringView text) {
  const QList<QStringView> words = wordsOf(text);
  return {words.begin(), words.end()};
}

/// All languages by name, and their words.
struct Registry {
  QHash<QString, const CodeLanguage*> names;
  QHash<const CodeLanguage*, CodeWords> words;

  Registry() {
    for (const std::span<const CodeLanguage> table : {compiledLanguages(), scriptLanguages(), dataLanguages()}) {
      for (const CodeLanguage& language : table) {
        for (const QStringView name : wordsOf(language.names)) names.insert(name.toString(), &language);
        words.insert(&language, {setOf(language.keywords), setOf(language.types), setOf(language.prefixes), wordsOf(language.comments)});
      }
    }
  }
};

[[nodiscard]] const Registry& registry() {
  static const Registry all;
  return all;
}

}  // namespace

const CodeLanguage* codeLanguage(QStringView name) {
  if (name.startsWith(u'{')) name = name.mid(1);
  if (name.startsWith(u'.')) name = name.mid(1);
  for (qsizetype i = 0; i < name.size(); ++i) {
    if (QStringView(u",:;{} \t").contains(name[i])) {
      name = name.first(i);
      break;
    }
  }
  if (name.isEmpty() || name.size() > kLongestName) return nullptr;
  QString key = name.toString().toLower();
  if (key.startsWith(u"language-")) key = key.mid(9);
  return registry().names.value(key, nullptr);
}

const CodeWords& codeWords(const CodeLanguage& language) {
  return *registry().words.constFind(&language);
}
