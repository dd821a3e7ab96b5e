# bash completion for hearth-cli: commands, options, devices, types and model files.

# The devices that can be used.
_hearth_cli_devices() {
  local line id=""
  while IFS= read -r line; do
    [[ $line =~ \"id\":\ *\"([^\"]+)\" ]] && id=${BASH_REMATCH[1]}
    [[ $line =~ \"usable\":\ *true ]] && echo "$id"
  done < <(timeout 3 hearth-cli devices --json 2>/dev/null)
}

# Prints what may follow option $2 of command $1: words, or what _hearth_cli_offer knows. Fails for options without a value.
_hearth_cli_value() {
  case "$2" in
    --device|--expert-device) echo devices ;;
    --kv) echo "f16 f32 q8_0" ;;
    --type) echo "f16 bf16 f32 q8_0" ;;
    --base|--model) echo models ;;
    --lora) echo adapters ;;
    --file|--input|--out) echo files ;;
    -p|--prompt|--system|--stop|--filter|--tokens|--tensor-type) echo nothing ;;
    -n|--max-tokens|-d|-b|-r|-c|--ctx|--threads|--gpu-layers|--cpu-moe|--hot-experts|--stream-tokens|--chunks|--split) echo nothing ;;
    --temp|--top-k|--top-p|--min-p|--repeat-penalty|--presence-penalty|--seed) echo nothing ;;
    *) return 1 ;;
  esac
}

_hearth_cli_options() {
  local run="--device --gpu-layers --cpu-moe --hot-experts --stream-tokens --expert-device --threads --background --ctx -c --lora --kv"
  local sampling="-n --max-tokens --temp --top-k --top-p --min-p --repeat-penalty --presence-penalty --seed --stop --system"
  local own=""
  case "$1" in
    info) own="$run" ;;
    tokenize) own="--special -0 --bos" ;;
    template) own="--file --input" ;;
    logits) own="$run --tokens --out --split --yarn-round" ;;
    generate) own="$run $sampling -p --prompt --raw" ;;
    chat) own="$run $sampling" ;;
    bench) own="$run -p -n -d -b -r --profile" ;;
    perplexity) own="$run --chunks" ;;
    selftest) own="--device --threads --filter --model" ;;
    quantize) own="--pure --tensor-type --lora --allow-requantize --dry-run --threads" ;;
    import) own="--type" ;;
    adapter) own="--base" ;;
    "") own="--version" ;;
  esac
  echo "$own -h --help --json"
}

# What the argument with number $2, from 0, of command $1 is.
_hearth_cli_argument() {
  case "$1 $2" in
    "info 0"|"tokenize 0"|"detokenize 0"|"template 0"|"logits 0"|"generate 0"|"chat 0"|"bench 0"|"perplexity 0") echo models ;;
    "quantize 0"|"quantize 1"|"import 1") echo models ;;
    "quantize 2") echo "@QUANT_TYPES@" ;;
    "perplexity 1") echo files ;;
    "import 0") echo folders ;;
    "adapter 0") echo adapters ;;
    *) echo nothing ;;
  esac
}

# Paths that begin with $1: folders, to go into them, and files whose names match one of the other arguments.
_hearth_cli_paths() {
  local begin=${1//\\/} path pattern  # without the marks of a quoted word
  begin=${begin#[\"\']}
  begin=${begin/#\~\//$HOME/}
  shift
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    if [ -d "$path" ]; then
      COMPREPLY+=("$path")
      continue
    fi
    for pattern in "$@"; do
      # shellcheck disable=SC2053 # a pattern it is
      [[ ${path,,} == $pattern ]] && COMPREPLY+=("$path")
    done
  done < <(compgen -f -- "$begin")
}

_hearth_cli_offer() {
  case "$1" in
    nothing) ;;
    devices) mapfile -t COMPREPLY < <(compgen -W "auto $(_hearth_cli_devices)" -- "$2") ;;
    models|adapters) _hearth_cli_paths "$2" '*.gguf' ;;
    folders) _hearth_cli_paths "$2" ;;
    files) _hearth_cli_paths "$2" '*' ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2") ;;
  esac
}

_hearth_cli() {
  COMPREPLY=()
  # bash splits words at "=" and ":". --option=value becomes two words, vulkan:0 one again.
  local -a words=("${COMP_WORDS[0]}")
  local i word glue=""
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == "=" && ${words[-1]} == --* ]]; then
      ((i == COMP_CWORD)) && words+=("")
      continue
    elif [[ $word == : || -n $glue ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    glue=""
    [[ $word == : ]] && glue=yes
  done

  local cur=${words[-1]} command="" option="" values arguments=0 last=$((${#words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    word=${words[i]}
    if [[ $word == -* ]]; then
      if _hearth_cli_value "$command" "$word" >/dev/null; then
        i=$((i + 1))
        ((i == last)) && option=$word
      fi
    elif [ -z "$command" ]; then
      command=$word
    else
      arguments=$((arguments + 1))
    fi
  done

  if [ -n "$option" ]; then
    values=$(_hearth_cli_value "$command" "$option")
  elif [[ $cur == -* ]]; then
    values=$(_hearth_cli_options "$command")
  elif [ -z "$command" ]; then
    values="adapter bench chat detokenize devices generate import info logits perplexity quantize selftest template tokenize"
  else
    values=$(_hearth_cli_argument "$command" "$arguments")
  fi
  _hearth_cli_offer "$values" "$cur"
  # bash takes what stands behind the last ":" for the word: the part before it must not come again.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=${cur%"${cur##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  fi
}

complete -F _hearth_cli hearth-cli
