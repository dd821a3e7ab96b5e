<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AdapterPanel</name>
    <message numerus="yes">
        <source>%n do(es) not fit this model</source>
        <translation>
            <numerusform>%n does not fit this model</numerusform>
            <numerusform>%n do not fit this model</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n adapter(s) on this computer</source>
        <translation>
            <numerusform>%n adapter on this computer</numerusform>
            <numerusform>%n adapters on this computer</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message numerus="yes">
        <source>Code, %n line(s)</source>
        <translation>
            <numerusform>Code, %n line</numerusform>
            <numerusform>Code, %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BackupsModel</name>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n chat</numerusform>
            <numerusform>%n chats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatAdaptersModel</name>
    <message numerus="yes">
        <source>%n adapter(s)</source>
        <translation>
            <numerusform>%n adapter</numerusform>
            <numerusform>%n adapters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatExchangeModel</name>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n chat</numerusform>
            <numerusform>%n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats in it cannot be read and are left out.</source>
        <translation>
            <numerusform>%n chat in it cannot be read and is left out.</numerusform>
            <numerusform>%n chats in it cannot be read and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats were imported.</source>
        <translation>
            <numerusform>%n chat was imported.</numerusform>
            <numerusform>%n chats were imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats were here already and were skipped.</source>
        <translation>
            <numerusform>%n chat was here already and was skipped.</numerusform>
            <numerusform>%n chats were here already and were skipped.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats could not be read and were left out.</source>
        <translation>
            <numerusform>%n chat could not be read and was left out.</numerusform>
            <numerusform>%n chats could not be read and were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats were exported to %1.</source>
        <translation>
            <numerusform>%n chat was exported to %1.</numerusform>
            <numerusform>%n chats were exported to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DownloadsModel</name>
    <message numerus="yes">
        <source>Trying again in %n s</source>
        <translation>
            <numerusform>Trying again in %n s</numerusform>
            <numerusform>Trying again in %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>Import %n files or folders</source>
        <translation>
            <numerusform>Import %n file or folder</numerusform>
            <numerusform>Import %n files or folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… and %n more</numerusform>
            <numerusform>… and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PerformanceModel</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Readable</name>
    <message numerus="yes">
        <source>%n s left</source>
        <translation>
            <numerusform>%n s left</numerusform>
            <numerusform>%n s left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min left</source>
        <translation>
            <numerusform>%n min left</numerusform>
            <numerusform>%n min left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h left</source>
        <translation>
            <numerusform>%n h left</numerusform>
            <numerusform>%n h left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days left</source>
        <translation>
            <numerusform>%n day left</numerusform>
            <numerusform>%n days left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TableBlock</name>
    <message numerus="yes">
        <source>Table with %n row(s)</source>
        <translation>
            <numerusform>Table with %n row</numerusform>
            <numerusform>Table with %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message numerus="yes">
        <source>%1 (%n file(s))</source>
        <translation>
            <numerusform>%1 (%n file)</numerusform>
            <numerusform>%1 (%n files)</numerusform>
        </translation>
    </message>
</context>
</TS>
