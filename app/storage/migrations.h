// The ladder of schema versions.
#pragma once

#include <QString>

#include "storage/database.h"

/// Version of the newest schema this build knows: the highest number in resources/sql/NNN_name.sql.
[[nodiscard]] int newestSchemaVersion();

/// Brings the database (file `path`, or ":memory:") to the newest schema. Each step is one transaction; before the first
/// step on a database that is not new, a copy goes to `backupFolder` and only the newest copies are kept.
/// Errors: Newer for a database that a newer build wrote; everything a write can cause.
StoreStatus migrate(Database &database, const QString &backupFolder);

/// Runs the statements of an SQL text, which are separated by empty lines. For migrate() and its tests.
StoreStatus runScript(Database &database, const QString &script);
