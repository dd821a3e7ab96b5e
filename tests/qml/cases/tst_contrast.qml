import QtQuick
import QtTest
import Hearth.Ui

// The theme with high contrast: every ink on every ground it stands on at least 7:1.
WindowCase {
    id: test
    name: "High contrast"

    function linear(part: real): real {
        return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
    // `over` another colour where it lets some of it through.
    function shown(color: color, over: color): color {
        const mix = (a, b) => a * color.a + b * (1 - color.a);
        return Qt.rgba(mix(color.r, over.r), mix(color.g, over.g), mix(color.b, over.b), 1);
    }
    function luminance(color: color): real {
        return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
    }
    function ratio(ink: color, ground: color): real {
        const a = luminance(shown(ink, ground));
        const b = luminance(ground);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }
    function test_every_text_is_seven_to_one() {
        Theme.dark = true;
        Theme.contrast = true;
        const plain = ["window", "sidebar", "surface", "raised", "sunken", "bubble", "thumb"];
        const inks = ["text", "textMuted", "textFaint", "accent", "danger", "success", "warning"];
        for (const ground of plain) {
            for (const ink of inks)
                verify(ratio(Theme[ink], Theme[ground]) >= 7, ink + " on " + ground + ": " + ratio(Theme[ink], Theme[ground]));
            for (const state of ["hover", "pressed", "selected"])
                if (ground !== "thumb") {
                    const under = shown(Theme[state], Theme[ground]);
                    for (const ink of ["text", "textMuted"])
                        verify(ratio(Theme[ink], under) >= 7, ink + " on " + state + " over " + ground + ": " + ratio(Theme[ink], under));
                }
        }
        for (const pair of [["accent", "accentSoft"], ["text", "accentSoft"], ["danger", "dangerSoft"], ["text", "dangerSoft"], ["warning", "warningSoft"], ["text", "warningSoft"], ["textMuted", "warningSoft"], ["accentInk", "accent"],
            ["accentInk", "accentHover"], ["accentInk", "accentPressed"], ["selectionText", "selection"]])
            verify(ratio(Theme[pair[0]], Theme[pair[1]]) >= 7, pair + ": " + ratio(Theme[pair[0]], Theme[pair[1]]));
        for (const kind in Theme.codeTones)
            verify(ratio(Qt.darker(Theme.codeTones[kind], 1.0), Theme.sunken) >= 7, "code " + kind + ": " + ratio(Qt.darker(Theme.codeTones[kind], 1.0), Theme.sunken));
        for (const domain in Theme.domainTones) {
            const under = shown(Theme.domainSoft(domain), Theme.window);
            const tone = Qt.darker(Theme.domainTone(domain), 1.0);
            verify(ratio(tone, under) >= 7, "domain " + domain + ": " + ratio(tone, under));
        }
        for (const line of ["border", "borderStrong", "accent"])
            verify(ratio(Theme[line], Theme.window) >= 3, line);
    }
    function test_it_is_chosen_in_the_settings() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        const dialog = opened("settingsDialog");
        findChild(dialog.contentItem, "option-contrast").clicked();
        compare(app.settings.theme, "contrast");
        verify(Theme.contrast);
        verify(Theme.dark);
        compare(String(window.color), "#000000");
        findChild(dialog.contentItem, "option-light").clicked();
        verify(!Theme.contrast);
        verify(!Theme.dark);
    }
}
