// Named states of the window for screenshots: those of conversations, and here dialogs, adapters and models.
ChatScenes {
    function unsaved() {
        story();
        app.unsaved = true;
        opens = ["unsavedDialog.open"];
    }
    function shortcuts() {
        story();
        opens = ["shortcutSheet.open"];
    }
    function settings() {
        story();
        app.settings.contextLength = 32768;
        app.settings.contextCost = "A chat of 32,768 tokens needs 4.1 GB of memory beside the model; 3.2 GB are free.";
        app.settings.contextCostWarning = true;
        opens = ["settingsDialog.open"];
    }
    function settingsmodel() {
        settings();
        sets = {"settingsSearch.text": "model"};
    }
    function settingsdata() {
        settings();
        app.dataFolderFixed = true;
        app.dataFolderNote = "Moves to /media/anna/disk/hearth at the next start.";
        sets = {"settingsSearch.text": "data"};
    }
    function settingsnone() {
        settings();
        sets = {"settingsSearch.text": "colour of the cat"};
    }
    function erase() {
        settings();
        opens = ["settingsDialog.open", "eraseDialog.open"];
    }
    function link() {
        story();
        opens = ["linkDialog.open"];
        sets = {"linkDialog.address": "https://en.wikipedia.org/wiki/Fox?title=" + "a-long-address-".repeat(12)};
    }
    function panel() {
        story();
        opens = ["modelPanel.open"];
    }
    // Two adapters that fit, one of them on, and two that do not.
    function withAdapters() {
        story();
        app.comparison.possible = true;
        app.chatAdapters.others = [
            {
                name: "Clinical notes",
                domain: "medical",
                reason: "The adapter is for “llama”, the model is “deepseek2”."
            },
            {
                name: "Contract reader",
                domain: "legal",
                reason: "blk.0.attn_q.weight: the adapter has 4096 columns, the model 160."
            }
        ];
        app.chatAdapters.add({adapterId: 1, name: "Fables", domain: "style", domainText: "Style", active: true, strength: 0.85, strengthText: "0.85"});
        app.chatAdapters.add({adapterId: 2, name: "Tales of the sea, retold for children who cannot sleep", domain: "style", domainText: "Style"});
        app.chatAdapters.add({adapterId: 3, name: "Python helper", domain: "code", domainText: "Code", status: "checking"});
        app.conversation.change(1, {adapters: "Fables 0.85"});
        const rows = [[1, "Fables", "style", "Style", "Animals with a moral at the end."], [2, "Tales of the sea, retold for children who cannot sleep", "style", "Style", ""], [3, "Python helper", "code", "Code", "Short answers with code first."], [4, "Clinical notes", "medical", "Medical", "Discharge letters and ward rounds; trained on public records only, not a doctor."], [5, "Contract reader", "legal", "Legal", ""], [6, "Annual reports", "finance", "Finance", ""]];
        for (const r of rows)
            app.adapters.list.append({adapterId: r[0], name: r[1], domain: r[2], domainText: r[3], description: r[4], licence: r[0] === 4 ? "CC-BY-4.0" : "Apache-2.0", targets: "attn_output, attn_q, ffn_down_exps, ffn_gate_exps, ffn_up_exps", architecture: "deepseek2", baseName: "Ember", path: "/home/anna/.local/share/hearth/adapters/" + r[1] + ".gguf", isStarter: r[0] < 3});
        app.adapters.list.change(3, {fit: "no", fitText: "Does not fit Ember", fitReason: "The adapter is for “llama”, the model is “deepseek2”.", modelsText: ""});
        app.adapters.list.change(4, {missing: true, fit: "none", fitText: "Its file is missing."});
        app.adapters.list.change(5, {fit: "checking", fitText: "Checking whether it fits Ember…"});
    }
    function adapterpanel() {
        withAdapters();
        opens = ["adapterPanel.open", "othersToggle.clicked"];
    }
    function adapterchip() {
        withAdapters();
    }
    function adapters() {
        withAdapters();
        opens = ["allAdaptersAction.clicked"];
    }
    function adapteropen() {
        adapters();
        opens = opens.concat(["adapterToggleDetails.clicked"]);
    }
    function noadapters() {
        story();
        opens = ["allAdaptersAction.clicked"];
    }
    function hub() {
        adapters();
        app.adapters.hub.query = "fables";
        app.adapters.hub.append({repository: "someone/fables-lora-deepseek-v2-lite", base: "deepseek-ai/DeepSeek-V2-Lite-Chat", licence: "mit", detail: "12,345 downloads · 20 likes · 4 Oct 2026"});
        app.adapters.hub.append({repository: "someone/medical-lora", base: "Qwen/Qwen3-30B-A3B", licence: "apache-2.0", detail: "845 downloads", status: "running", statusText: "Downloading 43%", fraction: 0.43, gated: true});
        app.adapters.hub.append({repository: "lab/many-adapters", detail: "12 downloads", status: "choosing", statusText: "This repository holds several adapters. Which one?", choices: ["fables-q", "tales-q", "law-gguf"]});
        app.adapters.hub.append({repository: "lab/broken", detail: "3 downloads", status: "failed", statusText: "The hub does not answer."});
        app.adapters.hub.append({repository: "lab/done", detail: "3 downloads", status: "done", statusText: "Downloaded"});
        sets = {"adaptersPage.tab": "hub"};
    }
    function hubempty() {
        adapters();
        sets = {"adaptersPage.tab": "hub"};
    }
    function comparestart() {
        withAdapters();
        opens = ["pages.startComparison"];
    }
    function compare() {
        comparestart();
        app.comparison.question = "Tell me about the fox and the grapes.";
        app.comparison.columns = [app.comparison.column(0), app.comparison.column(1, 0.9), app.comparison.column(2)];
        app.comparison.addAnswer("Ember", [{html: "A fox saw grapes that hung high. It jumped and jumped, and then it went home and had soup."}, {html: "It was good soup, and the fox slept well that night. In the morning the grapes were still there."}], {stats: stats});
        app.comparison.addAnswer("Fables 0.85", [{html: "A hungry fox saw ripe grapes on a high vine. It leapt again and again and could not reach them. “They are sour anyway,” it said and walked away."}, {html: "<b>Moral:</b> it is easy to despise what you cannot get."}], {stats: stats});
        app.comparison.addAnswer("Tales of the sea, retold for children who cannot sleep 1.0", [{html: "Down by the harbour lived a fox who had never", open: true}], {status: "streaming"});
        app.comparison.keptId = 100;
        app.comparison.busy = true;
    }
    function adapteredit() {
        adapters();
        opens = ["allAdaptersAction.clicked", "adapterEditDialog.open"];
    }
    function modelspage() {
        sidebar();
        app.models.fill();
        app.models.fillCard();
        app.models.fillSmaller();
        opens = ["modelsButton.clicked"];
    }
    function modelsempty() {
        sidebar();
        opens = ["modelsButton.clicked"];
    }
    function discover() {
        modelspage();
        sets = {"modelsPage.tab": "discover"};
    }
    function discovererror() {
        discover();
        app.models.discover.query = "medical llama";
        app.models.discover.searched = "medical llama";
        app.models.discover.cause = "None of the addresses answers.";
        app.models.discover.nextStep = "Look at the connection to the internet. The list below works without it.";
    }
    function downloads() {
        modelspage();
        sets = {"modelsPage.tab": "downloads"};
    }
    function modelcard() {
        modelspage();
        app.models.card.expertShares = [0, 1, 2, 3].map(layer => Array.from({length: 12}, (_, expert) => 1 + 0.3 * Math.sin(layer * 5 + expert * 2)));
        opens = opens.concat("modelCardDialog.show");
    }
    function smaller() {
        modelspage();
        opens = opens.concat("smallerDialog.open");
    }
    function variantsettings() {
        modelspage();
        app.models.editor.temperature.own = true;
        app.models.editor.needsReload = true;
        app.models.editor.chatTemplate.own = true;
        opens = opens.concat("variantSettingsDialog.open");
    }
    function removemodel() {
        modelspage();
        sets = {"removeDialog.name": "DeepSeek-V2-Lite-Chat, Q4_K_M", "removeDialog.explanation": "Its files are deleted, which frees 10.4 GB. You can download it again."};
        opens = opens.concat("removeDialog.open");
    }
    function importmodels() {
        modelspage();
        app.models.knownFolders = [{name: "Ollama", path: "/x"}, {name: "LM Studio", path: "/y"}];
        opens = opens.concat("importDialog.open");
    }
    function modelmenu() {
        story();
        app.models.fill();
        opens = ["modelChip.openPanel"];
    }
}
