import QtQml

// Colours of the words of code, on the theme's `sunken`. Comments step back, nothing else is loud.
QtObject {
    property bool dark: false
    property bool contrast: false
    readonly property var tones: dark ? ({
            keyword: "#d59bd0",
            type: "#74c5d1",
            string: "#a3c585",
            number: "#e3a76a",
            comment: contrast ? "#c4bcb0" : "#938b80",
            preprocessor: "#d8b65e",
            function: "#8ab4ee",
            tag: "#ee9a78",
            attribute: "#b9a7ec",
            inserted: "#7fc48f",
            removed: "#f2857c"
        }) : ({
            keyword: "#8b3a75",
            type: "#0f6573",
            string: "#3d6b20",
            number: "#944700",
            comment: "#6f675d",
            preprocessor: "#765600",
            function: "#2755a0",
            tag: "#9c3819",
            attribute: "#664b9e",
            inserted: "#2a703e",
            removed: "#b3261e"
        })
}
