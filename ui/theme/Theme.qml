pragma Singleton
import QtQuick

// Every colour, size, duration and font of the window. Distances follow a 4 px grid.
QtObject {
    id: theme

    property bool dark: false
    // White on black, every text at least 7:1; goes with dark.
    property bool contrast: false
    property bool reducedMotion: false
    // Long lines of code go on in the next line, in all listings: who wants that, wants it for the next listing, too.
    property bool wrapCode: false
    // Size of all text, 80 to 160. Controls, icons and columns grow with it above 100, less than the text, and never shrink.
    property int fontPercent: 100
    readonly property real textScale: fontPercent / 100
    readonly property real controlScale: 1 + Math.max(0, textScale - 1) * 0.7
    readonly property real frameScale: 1 + Math.max(0, textScale - 1) * 0.4

    // One accent, the colour of embers; everything else is a warm grey.
    readonly property color accent: contrast ? "#ffd24a" : dark ? "#f08a5b" : "#bf4a1d"
    readonly property color accentHover: contrast ? "#ffe08a" : dark ? "#f59c72" : "#a83f17"
    readonly property color accentPressed: contrast ? "#ffc21a" : dark ? "#e07a4b" : "#8f3512"
    readonly property color accentSoft: contrast ? "#332a00" : dark ? "#3a281f" : "#fbe9e0"
    readonly property color accentInk: contrast ? "#000000" : dark ? "#231209" : "#ffffff"

    readonly property color window: contrast ? "#000000" : dark ? "#1b1a18" : "#fdfcfa"
    readonly property color sidebar: contrast ? "#000000" : dark ? "#151412" : "#f5f2ed"
    readonly property color surface: contrast ? "#000000" : dark ? "#242220" : "#ffffff"
    readonly property color raised: contrast ? "#080808" : dark ? "#2b2926" : "#ffffff"
    readonly property color sunken: contrast ? "#000000" : dark ? "#141311" : "#f6f3ee"
    readonly property color bubble: contrast ? "#141414" : dark ? "#2d2a27" : "#f1ede6"
    readonly property color hover: contrast ? "#26ffffff" : dark ? "#14ffffff" : "#0d2a1c10"
    readonly property color pressed: contrast ? "#33ffffff" : dark ? "#24ffffff" : "#1a2a1c10"
    readonly property color selected: contrast ? "#2bffffff" : dark ? "#1fffffff" : "#142a1c10"
    readonly property color border: contrast ? "#b0b0b0" : dark ? "#37332f" : "#e6e0d8"
    readonly property color borderStrong: contrast ? "#ffffff" : dark ? "#544e48" : "#cfc6bb"
    readonly property color thumb: contrast ? "#262626" : dark ? "#4b4640" : "#ffffff"
    readonly property color track: contrast ? "#666666" : dark ? "#3d3934" : "#ddd6cc"
    readonly property color scrim: contrast ? "#cc000000" : dark ? "#a0000000" : "#66201812"
    readonly property color shadow: contrast ? "#00000000" : dark ? "#66000000" : "#1f3a2618"

    readonly property color text: contrast ? "#ffffff" : dark ? "#ece8e2" : "#24201c"
    readonly property color textMuted: contrast ? "#e6e6e6" : dark ? "#aba49a" : "#6a635a"
    readonly property color textFaint: contrast ? "#d6d6d6" : dark ? "#8d867c" : "#7d756b"
    readonly property color selection: contrast ? "#00458a" : dark ? "#6b3f2a" : "#f6cdb8"
    readonly property color selectionText: text
    readonly property color danger: contrast ? "#ff9d94" : dark ? "#f2857c" : "#b3261e"
    readonly property color dangerSoft: contrast ? "#330806" : dark ? "#3a2220" : "#fcebe9"
    readonly property color success: contrast ? "#8af0a0" : dark ? "#7fc48f" : "#2f7d46"
    readonly property color warning: contrast ? "#ffd24a" : dark ? "#e3b45c" : "#9a6700"
    readonly property color warningSoft: contrast ? "#332a00" : dark ? "#352b19" : "#fdf3dc"

    // Tags of adapters: the strong tone for the icon and the word, a breath of it behind them.
    readonly property var domainTones: contrast ? domainContrast : dark ? ({
            medical: "#e58f9a",
            legal: "#c3a3e0",
            finance: "#7fc48f",
            code: "#7fb4e0",
            style: "#f08a5b",
            own: "#aba49a"
        }) : ({
            medical: "#a83a4b",
            legal: "#75489b",
            finance: "#2f7d46",
            code: "#2c6799",
            style: "#bf4a1d",
            own: "#6a635a"
        })

    readonly property var domainContrast: ({medical: "#ffb3bd", legal: "#dcc4f5", finance: "#a0e8b0", code: "#a8d4ff", style: "#ffc49e", own: "#e6e6e6"})
    readonly property CodeTones codeTable: CodeTones {
        dark: theme.dark
        contrast: theme.contrast
    }
    readonly property var codeTones: codeTable.tones

    readonly property int space1: 4
    readonly property int space2: 8
    readonly property int space3: 12
    readonly property int space4: 16
    readonly property int space5: 20
    readonly property int space6: 24
    readonly property int space8: 32
    readonly property int space10: 40
    readonly property int space12: 48

    readonly property int radiusSmall: 6
    readonly property int radius: 8
    readonly property int radiusLarge: 12
    readonly property int radiusCard: 16
    readonly property int focusWidth: 2

    readonly property int iconSmall: Math.round(16 * controlScale)
    readonly property int icon: Math.round(20 * controlScale)
    readonly property int iconLarge: 56
    readonly property int controlSmall: Math.round(28 * controlScale)
    readonly property int control: Math.round(36 * controlScale)
    readonly property int controlLarge: Math.round(40 * controlScale)
    readonly property int header: Math.round(52 * controlScale)
    readonly property int sidebarWidth: Math.round(264 * frameScale)
    readonly property int sidebarBreak: sidebarWidth + 496
    readonly property int sidebarShort: Math.round(560 * controlScale)
    readonly property int pageWidth: Math.round(920 * frameScale)
    readonly property int pageBreak: Math.round(600 * frameScale)
    readonly property int compareColumn: Math.round(264 * frameScale)
    readonly property int tableColumn: Math.round(120 * textScale)
    readonly property int readingWidth: Math.round(760 * textScale)
    readonly property int sheetWidth: Math.round(860 * frameScale)
    readonly property int settingsWidth: Math.round(720 * frameScale)
    readonly property int dialogWidth: Math.round(560 * frameScale)
    readonly property int panelWidth: Math.round(360 * frameScale)
    readonly property int menuWidth: Math.round(200 * frameScale)
    readonly property int fieldWidth: Math.round(200 * frameScale)
    readonly property int valueWidth: Math.round(44 * textScale)
    readonly property int sampleHeight: 40
    readonly property int windowWidth: 1180
    readonly property int windowHeight: 780
    readonly property int minimumWidth: 420
    readonly property int minimumHeight: 360
    readonly property int cacheBuffer: 1200
    readonly property int dot: 8
    readonly property int barThin: 3
    readonly property int scrollBarWidth: 10
    readonly property int composerLines: 10
    readonly property int detailLines: 6
    readonly property int codeChunkLines: 50
    readonly property int mostSkippedNumbers: 200
    readonly property string skippedItem: "margin:0;font-size:1px;color:transparent;line-height:0px;-qt-line-height-type:fixed"

    readonly property int fontStep: 10
    readonly property int fontSmallest: 80
    readonly property int fontLargest: 160
    readonly property int fontCaption: Math.round(12 * textScale)
    readonly property int fontSmall: Math.round(13 * textScale)
    readonly property int fontUi: Math.round(14 * textScale)
    readonly property int fontBody: bodySize(fontPercent)
    readonly property int fontCode: Math.round(13 * textScale)
    readonly property int fontFormula: Math.round(fontBody * 1.15)
    readonly property int fontFormulaSmall: Math.round(fontBody * 0.8)
    readonly property int fontFormulaBig: Math.round(fontBody * 1.8)
    readonly property int fontTitle: Math.round(20 * textScale)
    readonly property int fontHero: Math.round(28 * textScale)
    readonly property int fontMedium: Font.Medium
    readonly property int fontBold: Font.DemiBold
    readonly property FontMetrics bodyMetrics: FontMetrics {
        font.pixelSize: theme.fontBody
    }
    readonly property FontMetrics cjkMetrics: FontMetrics {
        font.family: theme.cjk
        font.pixelSize: theme.fontBody
    }
    readonly property real lineHeight: 1.4
    readonly property int snippetLine: Math.round(fontCaption * 1.5)
    readonly property int titleLine: Math.round(fontUi * 1.4)
    readonly property string cjk: firstInstalled(["Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei"], "")
    readonly property string mono: firstInstalled(["JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono"], "monospace")

    readonly property int durationFast: reducedMotion ? 0 : 120
    readonly property int duration: reducedMotion ? 0 : 200
    readonly property int durationFade: reducedMotion ? 0 : 700
    readonly property int durationSlow: 900
    readonly property int feedback: 1600
    readonly property int frame: 16
    readonly property int undoTime: 10000
    readonly property int toolTipDelay: 600
    readonly property real disabledOpacity: 0.45

    // Size of the text of answers at `percent`.
    function bodySize(percent: int): int {
        return Math.round(15 * percent / 100);
    }

    // Rich text takes line heights relative to the font's own, which differs a lot between fonts: aim at 1.6 em for all.
    function linePercent(lineSpacing: real): int {
        return Math.max(100, Math.round(160 * fontBody / lineSpacing));
    }

    // Sizes of headings 1..6 inside an answer.
    function headingSize(level: int): int {
        return Math.round([22, 19, 17, 16, 15, 15][Math.max(1, Math.min(6, level)) - 1] * textScale);
    }

    function headingSpace(level: int): int {
        return level <= 2 ? space2 : space1;
    }

    // The style sheet before a block's sanitised html; Qt's rich text has no other way to colour links. Text with CJK characters gets their font
    // as a whole: where single characters come from another font, lines grow and list marks no longer stand beside them.
    function richText(html: string): string {
        const own = cjk !== "" && /[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]/.test(html);
        const blocks = own ? "font-family:'" + cjk + "';line-height:" + linePercent(cjkMetrics.lineSpacing) : "line-height:" + linePercent(bodyMetrics.lineSpacing);
        return "<style>a{color:" + accent + ";text-decoration:none}code{font-family:'" + mono + "';font-size:" + (fontBody - 1) + "px;background-color:" + bubble
            + "}p,li,h1,h2,h3,blockquote{" + blocks + "%}p,li,h1,h2,h3{margin-top:0;margin-bottom:4px}ul,ol{margin-top:0;margin-bottom:0;margin-left:22px;-qt-list-indent:0}"
            + "ul ul,ol ul{list-style-type:circle}ul ul ul,ul ol ul,ol ul ul,ol ol ul{list-style-type:square}li p{-qt-block-indent:0}"
            + "blockquote{margin:0}blockquote blockquote,li blockquote{margin-left:" + space4 + "px}</style>" + numbered(html);
    }

    // Qt's rich text begins every list with 1: items without height count up to where this one begins.
    function numbered(html: string): string {
        return html.replace(/<ol start="(\d+)">/g, (tag, start) => {
            const skipped = Math.max(0, Math.min(Number(start) - 1, mostSkippedNumbers));
            return "<ol>" + ("<li style='" + skippedItem + "'>&#8203;</li>").repeat(skipped);
        });
    }

    function emphasised(html: string): string {
        return "<style>b{color:" + text + ";font-weight:" + fontBold + "}</style>" + html;
    }

    // The text around a search hit, in lines of one height.
    function snippet(html: string, line: int): string {
        return "<p style='margin:0;line-height:" + line + "px;-qt-line-height-type:fixed'>" + html + "</p>";
    }

    function domainTone(domain: string): color {
        return domainTones[domain] ?? domainTones.own;
    }
    function domainSoft(domain: string): color {
        return Qt.alpha(domainTone(domain), dark ? 0.18 : 0.1);
    }

    function iconSource(name: string): url {
        return "qrc:/icons/" + name + ".svg";
    }

    function firstInstalled(names: var, fallback: string): string {
        const installed = Qt.fontFamilies();
        for (const name of names) {
            if (installed.includes(name))
                return name;
        }
        return fallback;
    }
}
