import QtQml
import Hearth.App

// Same properties and functions as the real view-model; every call is recorded in `calls`.
QtObject {
    id: mock

    property InstalledModel installed: InstalledModel {}
    property DiscoverModel discover: DiscoverModel {}
    property DownloadsModel downloads: DownloadsModel {}
    property JobsModel jobs: JobsModel {}
    property SmallerVariantsModel smaller: SmallerVariantsModel {}
    property VariantSettingsModel editor: VariantSettingsModel {}
    property ModelCard card: ModelCard {}
    property bool ready: true
    property var usage: []
    property string usageText: "120 GB free"
    property real usedBytes: 0
    property real freeBytes: 120e9
    property var recent: []
    property var knownFolders: []
    property var calls: []

    function record(call: var) {
        calls = calls.concat([call]);
    }
    function lastCall(): var {
        return calls.length === 0 ? [] : calls[calls.length - 1];
    }
    function use(id: var) {
        record(["use", id]);
    }
    function useDownload(id: var) {
        record(["useDownload", id]);
    }
    function showInFolder(id: var) {
        record(["showInFolder", id]);
    }
    function showDownloadInFolder(id: var) {
        record(["showDownloadInFolder", id]);
    }
    function verify(id: var) {
        record(["verify", id]);
    }
    function remove(id: var) {
        record(["remove", id]);
    }
    function removalText(id: var): string {
        return "Its files are deleted, which frees 4.7 GB.";
    }
    function locate(id: var, file: url) {
        record(["locate", id, String(file)]);
    }
    function reconcile() {
        record(["reconcile"]);
    }
    function showCard(id: var) {
        record(["showCard", id]);
    }
    function showOfferCard(entryId: string) {
        record(["showOfferCard", entryId]);
    }
    function importUrls(urls: var, copy: bool) {
        record(["importUrls", urls.map(url => String(url)), copy]);
    }
    function importPath(path: string, copy: bool) {
        record(["importPath", path, copy]);
    }
    function lookForFolders() {
        record(["lookForFolders"]);
    }
    function refreshFits() {
        record(["refreshFits"]);
    }

    property Component variantList: Component {
        OfferVariantsModel {}
    }
    property Component blockList: Component {
        BlockListModel {}
    }
    readonly property var numbers: [["Weights without experts", "1.2 GB"], ["Experts", "8.5 GB"], ["Memory of a chat (8k tokens)", "240 MB"], ["Working memory", "310 MB"], ["Together", "10.3 GB"], ["Of it on Small GPU", "1.8 GB"],
        ["Free on Small GPU now", "3.1 of 4.0 GB"], ["Used there by programs now", "900 MB"], ["Free memory now", "21.4 of 33.5 GB"]].map(pair => ({
                label: pair[0],
                value: pair[1]
            }))

    // Something of everything.
    function fill() {
        installed.append({variantId: 1, modelName: "DeepSeek-V2-Lite-Chat", publisher: "DeepSeek", licence: "DeepSeek licence", name: "Q4_K_M", sizeText: "10.4 GB", facts: "15.7 B, 2.4 B active · 160k tokens", status: "loaded", own: true,
            onHub: true, fitText: "GPU and memory, about 15 tokens/s", fitTone: "fair", fitNumbers: numbers, path: "/home/anna/models/deepseek.gguf"});
        installed.append({variantId: 2, first: false, modelName: "DeepSeek-V2-Lite-Chat", name: "Q8_0", sizeText: "16.7 GB", facts: "15.7 B, 2.4 B active · 160k tokens", linked: true, fitText: "Processor only, about 3 tokens/s", fitTone: "slow", fitNumbers: numbers,
            verifyText: "Files verified on 24/11/2026"});
        installed.append({variantId: 3, modelName: "Ember", publisher: "Hearth", licence: "Apache-2.0", name: "Q8_0", sizeText: "6 MB", facts: "5.2 M · 1k tokens", starter: true, fitText: "Runs on the GPU, about 900 tokens/s", fitTone: "good", fitNumbers: numbers});
        installed.append({variantId: 4, modelName: "Qwen3-30B-A3B with a name that is much longer than any line of this page could ever be", publisher: "Qwen", licence: "Apache-2.0", name: "Q4_K_M", sizeText: "18.6 GB", status: "missing",
            path: "/home/anna/Downloads/a folder/Qwen3-30B-A3B-Q4_K_M.gguf", fitText: ""});
        installed.append({variantId: 5, modelName: "Moonlight-16B-A3B", publisher: "Moonshot AI", licence: "MIT", name: "F16", sizeText: "32.1 GB", fitText: "Too large for this computer", fitTone: "bad", fitNumbers: numbers,
            verifyText: "Damaged: the files are not as they were. Get the model again.", verifyTone: "bad"});
        usage = [["Moonlight-16B-A3B", 32.1e9, "32.1 GB"], ["DeepSeek-V2-Lite-Chat", 10.4e9, "10.4 GB"], ["Ember", 6e6, "6 MB"]].map(part => ({
                    label: part[0],
                    bytes: part[1],
                    text: part[2]
                }));
        usedBytes = 42.5e9;
        usageText = "42.5 GB used, 120.0 GB free";
        recent = [{id: 1, title: "DeepSeek-V2-Lite-Chat", variant: "Q4_K_M", sizeText: "10.4 GB", status: "loaded"}, {id: 3, title: "Ember", variant: "Q8_0", sizeText: "6 MB", status: "ready"}];
        jobs.append({jobId: 7, title: "Making a smaller variant of Moonlight-16B-A3B", stateText: "37% · 4 min left · blk.12.ffn_down_exps.weight"});
        jobs.append({jobId: 8, title: "Importing broken.gguf", status: "failed", stateText: "Failed", fraction: 0, cause: "broken.gguf is cut off.", nextStep: "Download it again, or copy it again from where it came.", detail: "it ends at byte 1,288,490,188"});
        fillOffers();
        fillDownloads();
    }
    function fillOffers() {
        const variants = variantList.createObject(mock);
        variants.append({name: "Q2_K", sizeText: "6.4 GB", fitText: "GPU and memory, about 20 tokens/s", fitTone: "fair", fitNumbers: numbers, status: "paused", stateText: "Paused at 12%", fraction: 0.12, downloadId: 12, canDownload: false});
        variants.append({name: "Q4_K_M", sizeText: "10.4 GB", fitText: "GPU and memory, about 15 tokens/s", fitTone: "fair", fitNumbers: numbers, recommended: true, status: "installed", stateText: "Installed", installedId: 1, canDownload: false});
        variants.append({name: "Q6_K", sizeText: "14.1 GB", fitText: "Processor only, about 4 tokens/s", fitTone: "slow", fitNumbers: numbers});
        variants.append({name: "F16", sizeText: "31.4 GB", fitText: "Too large for this computer", fitTone: "bad", fitNumbers: numbers, canDownload: false, problem: "Not enough disk space: 20.0 GB are free."});
        discover.append({entryId: "catalogue:deepseek-v2-lite-chat", name: "DeepSeek-V2-Lite-Chat", publisher: "DeepSeek", licence: "DeepSeek licence", goodAt: "All-round chat in English and Chinese. Fast for its size, because only a few experts work on each word.",
            tags: ["Chat", "Many languages"], sizeText: "15.7 B, 2.4 B active", contextText: "160k tokens", fitText: "GPU and memory, about 15 tokens/s", fitTone: "fair", repository: "deepseek-ai/DeepSeek-V2-Lite-Chat", expanded: true, installed: true, variants: variants});
        discover.append({entryId: "catalogue:olmoe", name: "OLMoE-1B-7B-Instruct", publisher: "Ai2", licence: "Apache-2.0", goodAt: "Small and open in every part: weights, data and code.", tags: ["Chat", "Small"], sizeText: "6.9 B, 1.3 B active", contextText: "4k tokens",
            fitText: "Runs on the GPU, about 60 tokens/s", fitTone: "good", repository: "allenai/OLMoE-1B-7B-0125-Instruct"});
        discover.append({entryId: "catalogue:mixtral", name: "Mixtral-8x7B-Instruct", publisher: "Mistral AI", licence: "Apache-2.0", goodAt: "Strong in European languages.", tags: ["Chat", "Many languages"], sizeText: "46.7 B, 12.9 B active", contextText: "32k tokens",
            fitText: "Too large for this computer", fitTone: "bad", repository: "mistralai/Mixtral-8x7B-Instruct-v0.1", gated: true});
    }
    function fillDownloads() {
        downloads.append({downloadId: 11, title: "Qwen3-30B-A3B", variant: "Q4_K_M", status: "running", stateText: "Downloading 37%", fraction: 0.37, sizeText: "6.9 of 18.6 GB", speedText: "12 MB/s", timeText: "16 min left", endpoint: "hf-mirror.com", canMoveDown: true});
        downloads.append({downloadId: 12, title: "DeepSeek-V2-Lite-Chat", variant: "Q2_K", status: "paused", stateText: "Paused at 12%", fraction: 0.12, sizeText: "0.8 of 6.4 GB", canMoveUp: true, canMoveDown: true});
        downloads.append({downloadId: 13, title: "gpt-oss-20b", variant: "MXFP4", status: "failed", stateText: "Stopped at 55%", fraction: 0.55, sizeText: "6.7 of 12.1 GB", canMoveUp: true, canMoveDown: true, cause: "huggingface.co does not answer.", nextStep: "Look at the connection, or choose another address in Settings. What has arrived is kept.",
            detail: "connection timed out after 30 s"});
        downloads.append({downloadId: 14, title: "OLMoE-1B-7B-Instruct", variant: "Q8_0", status: "queued", stateText: "In the queue", canMoveUp: true});
        downloads.append({downloadId: 15, title: "Granite 3 MoE", variant: "Q6_K", status: "done", stateText: "Done", fraction: 1, sizeText: "2.8 GB"});
        downloads.openCount = 4;
        downloads.activeCount = 2;
        downloads.heldCount = 2;
        downloads.finishedCount = 1;
        downloads.fraction = 0.37;
        downloads.badge = "37%";
        downloads.summary = "12 MB/s · 18 min left";
    }
    function fillCard() {
        card.blocks = blockList.createObject(mock);
        for (const block of [{kind: "heading", level: 1, html: "DeepSeek-V2-Lite"}, {html: "A strong mixture-of-experts model. See <a href='https://example.org'>the paper</a>."}, {kind: "code", code: "print(1)"}, {kind: "table", rows: [["Test", "Points"], ["MMLU", "58.3"]], alignments: []}])
            card.blocks.append(block);
        card.training = blockList.createObject(mock);
        card.training.append({html: "It was trained on 5.7 T tokens."});
    }
    function fillSmaller() {
        smaller.requantises = true;
        smaller.append({type: "Q8_0", sizeText: "32.5 GB", bitsText: "8.5 bits per weight", quality: 5, qualityText: "As good as the original"});
        smaller.append({type: "Q6_K", sizeText: "25.1 GB", bitsText: "6.6 bits per weight", quality: 4, qualityText: "Hardly worse"});
        smaller.append({problem: "You have this variant already."});
        smaller.append({type: "Q2_K", sizeText: "11.2 GB", bitsText: "2.6 bits per weight", quality: 1, qualityText: "Much worse"});
    }
}
