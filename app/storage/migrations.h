// The ladder of schema versions.
#pragma once

#include <QString>
#include <map>

#include "storage/database.h"

/// Schema version -> SQL text that leads to it from the version below.
using SchemaLadder = std::map<int, QString>;

/// The ladder of this build: resources/sql/NNN_name.sql.
[[nodiscard]] SchemaLadder schemaLadder();

/// Version at the top of schemaLadder().
[[nodiscard]] int newestSchema();

/// Brings the database to the top of the ladder. Each step is one transaction; before the first step on a database that is
/// not new, a copy goes to `backupFolder`, where only the newest copies are kept.
/// Errors: Newer for a database that a newer build wrote; everything a write can cause.
StoreStatus migrate(Database& database, const QString& backupFolder, const SchemaLadder& ladder = schemaLadder());

/// Runs the statements of an SQL text, which are separated by empty lines. For migrate() and its tests.
StoreStatus runScript(Database& database, const QString& script);
