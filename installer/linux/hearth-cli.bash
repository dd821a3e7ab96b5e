# bash completion for hearth-cli: commands, options, devices, types and model files.

# Words that may follow an option, on one line; "files", "models" and "adapters" ask for paths.
_hearth_cli_values() {
  case "$2" in
    --device) echo "auto $(timeout 3 hearth-cli devices --json 2>/dev/null | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' | tr '\n' ' ')" ;;
    --expert-device) echo "$(timeout 3 hearth-cli devices --json 2>/dev/null | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' | tr '\n' ' ')" ;;
    --kv) echo "f16 f32 q8_0" ;;
    --type) echo "f16 bf16 f32 q8_0" ;;
    --base|--model) echo models ;;
    --lora) echo adapters ;;
    --file|--input|--out) echo files ;;
    -p) [ "$1" = bench ] && echo 512 || echo none ;;
    --prompt|--system|--stop|--filter|--tokens|--tensor-type) echo none ;;
    -n|--max-tokens|-d|-b|-r|-c|--ctx|--threads|--gpu-layers|--cpu-moe|--chunks|--split|--temp|--top-k|--top-p|--min-p) echo none ;;
    --repeat-penalty|--presence-penalty|--seed) echo none ;;
    *) return 1 ;;
  esac
}

_hearth_cli_options() {
  local run="--device --gpu-layers --cpu-moe --expert-device --threads --ctx -c --lora --kv"
  local sampling="-n --max-tokens --temp --top-k --top-p --min-p --repeat-penalty --presence-penalty --seed --stop --system"
  case "$1" in
    devices|detokenize) ;;
    info) echo "$run" ;;
    tokenize) echo "--special -0 --bos" ;;
    template) echo "--file --input" ;;
    logits) echo "$run --tokens --out --split --yarn-round" ;;
    generate) echo "$run $sampling -p --prompt --raw" ;;
    chat) echo "$run $sampling" ;;
    bench) echo "$run -p -n -d -b -r --profile" ;;
    perplexity) echo "$run --chunks" ;;
    selftest) echo "--device --threads --filter --model" ;;
    quantize) echo "--pure --tensor-type --lora --allow-requantize --dry-run --threads" ;;
    import) echo "--type" ;;
    adapter) echo "--base" ;;
    "") echo "--version" ;;
  esac
  echo "-h --help --json"
}

# What the n-th argument (from 0) of a command is.
_hearth_cli_argument() {
  case "$1 $2" in
    "info 0"|"tokenize 0"|"detokenize 0"|"template 0"|"logits 0"|"generate 0"|"chat 0"|"bench 0"|"perplexity 0"|"quantize 0") echo models ;;
    "perplexity 1") echo files ;;
    "quantize 1"|"import 1") echo models ;;
    "quantize 2") echo "@QUANT_TYPES@" ;;
    "import 0") echo folders ;;
    "adapter 0") echo adapters ;;
    *) echo none ;;
  esac
}

# Paths that begin with $1; the rest are patterns of file names, none: every file. Folders are always offered, to go into them.
_hearth_cli_paths() {
  local begin="$1" path pattern
  shift
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    [ -d "$path" ] && COMPREPLY+=("$path")
  done < <(compgen -d -- "$begin")
  while IFS= read -r path; do
    [ -d "$path" ] && continue
    for pattern in "$@"; do
      # shellcheck disable=SC2053 # a pattern it is
      [[ ${path,,} == $pattern ]] && COMPREPLY+=("$path")
    done
  done < <(compgen -f -- "$begin")
}

_hearth_cli_offer() {
  case "$1" in
    none) ;;
    models) _hearth_cli_paths "$2" '*.gguf' ;;
    adapters) _hearth_cli_paths "$2" '*.gguf' ;;
    folders) _hearth_cli_paths "$2" ;;
    files) _hearth_cli_paths "$2" '*' ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2") ;;
  esac
}

_hearth_cli() {
  COMPREPLY=()
  # bash splits words at "=" and ":"; put --option=value and vulkan:0 together again.
  local -a words=()
  local i word
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 0)) && { [[ $word == : ]] || [[ ${words[-1]} == *: && ${COMP_WORDS[i - 1]} == : ]]; }; then
      words[-1]+=$word
    elif [[ $word == "=" && ${words[-1]} == --* ]]; then
      words+=("")
      ((i < COMP_CWORD)) && unset 'words[-1]'
    else
      words+=("$word")
    fi
  done
  local cur=${words[-1]} command="" option="" values="" arguments=0
  local last=$((${#words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    word=${words[i]}
    if [[ $word == -* ]]; then
      _hearth_cli_values "$command" "$word" >/dev/null && ((i++))
      ((i >= last)) && option=$word
    elif [ -z "$command" ]; then
      command=$word
    else
      ((arguments++))
    fi
  done

  if [ -n "$option" ]; then
    values=$(_hearth_cli_values "$command" "$option")
  elif [[ $cur == -* ]]; then
    values=$(_hearth_cli_options "$command" | tr '\n' ' ')
  elif [ -z "$command" ]; then
    values="adapter bench chat detokenize devices generate import info logits perplexity quantize selftest template tokenize"
  else
    values=$(_hearth_cli_argument "$command" "$arguments")
  fi
  _hearth_cli_offer "$values" "$cur"
  # What stands before the last ":" is not typed again, since bash takes the part behind it for the word.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=${cur%"${cur##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  fi
}

complete -F _hearth_cli hearth-cli
