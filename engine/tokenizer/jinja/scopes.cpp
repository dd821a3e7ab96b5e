// Which names a body hides: the outcome of Jinja2's symbol analysis (its idtracking module), computed the same way so that
// even templates that read a name before assigning it behave the same.
#include <unordered_map>
#include <unordered_set>

#include "tokenizer/jinja/parser.h"

namespace engine::jinja {

namespace {

enum class Load : uint8_t { parameter, resolve, undefined };

/// The names of one body. Inside a branch of an if, an overlay whose `base` is the state before the branch.
class Symbols {
 public:
  Symbols(const Symbols* outer, const Symbols* base) : outer_(outer), base_(base) {}

  void declare(NameId id) { stores_.insert(id), loads_[id] = Load::parameter; }
  void load(NameId id) {
    if (!known(id)) loads_[id] = Load::resolve;
  }
  void store(NameId id) {
    stores_.insert(id);
    if (here(id)) return;
    loads_[id] = outer_ && outer_->known(id) ? Load::resolve : Load::undefined;
  }
  /// After an if: what its branches stored is only certain where all of them did.
  void merge(const std::vector<Symbols>& branches) {
    std::unordered_map<NameId, size_t> counts;
    for (const Symbols& b : branches) {
      for (const NameId id : b.stores_) {
        if (!stored(id)) ++counts[id];
      }
    }
    for (const Symbols& b : branches) {
      for (const auto& [id, load] : b.loads_) loads_[id] = load;
      stores_.insert(b.stores_.begin(), b.stores_.end());
    }
    for (const auto& [id, count] : counts) {
      if (count != branches.size()) loads_[id] = Load::resolve;
    }
  }
  [[nodiscard]] std::vector<NameId> hidden() const {
    std::vector<NameId> out;
    for (const auto& [id, load] : loads_) {
      if (load == Load::undefined) out.push_back(id);
    }
    return out;
  }
  [[nodiscard]] const Symbols* outer() const { return outer_; }

 private:
  [[nodiscard]] bool here(NameId id) const {
    for (const Symbols* s = this; s; s = s->base_) {
      if (s->loads_.contains(id)) return true;
    }
    return false;
  }
  [[nodiscard]] bool known(NameId id) const { return here(id) || (outer_ && outer_->known(id)); }
  [[nodiscard]] bool stored(NameId id) const {
    for (const Symbols* s = this; s; s = s->base_) {
      if (s->stores_.contains(id)) return true;
    }
    return false;
  }

  const Symbols* outer_;
  const Symbols* base_;
  std::unordered_map<NameId, Load> loads_;
  std::unordered_set<NameId> stores_;
};

class Resolver {
 public:
  explicit Resolver(Template& tpl) {
    const auto id_of = [&tpl](const char* name) {
      for (size_t i = 0; i < tpl.names.size(); ++i) {
        if (tpl.names[i] == name) return static_cast<NameId>(i);
      }
      return NameId{-1};
    };
    loop_ = id_of("loop");
    for (const char* name : {"caller", "varargs", "kwargs"}) macro_names_.push_back(id_of(name));
  }

  std::vector<NameId> frame(Symbols& symbols, Body& body) {
    visit(symbols, body);
    nested(symbols, body);
    return symbols.hidden();
  }

 private:
  void visit(Symbols& s, const Expr* e);
  void visit_target(Symbols& s, const Expr& e, bool parameter);
  void visit(Symbols& s, const Body& body);
  void visit_if(Symbols& s, const Stmt& stmt);
  void visit(Symbols& s, const Stmt& stmt);
  void nested(Symbols& s, Body& body);
  void enter(Symbols& s, Stmt& stmt);
  void enter_macro(Symbols& inner, const Stmt& stmt);

  NameId loop_ = -1;
  std::vector<NameId> macro_names_;
};

void Resolver::visit(Symbols& s, const Expr* e) {
  if (!e) return;
  if (e->kind == ExprKind::name) s.load(e->id);
  for (const ExprPtr& child : e->operands) visit(s, child.get());
  if (!e->args) return;
  for (const ExprPtr& child : e->args->positional) visit(s, child.get());
  for (const auto& [name, child] : e->args->named) visit(s, child.get());
  visit(s, e->args->star.get());
  visit(s, e->args->double_star.get());
}

void Resolver::visit_target(Symbols& s, const Expr& e, bool parameter) {
  if (e.kind == ExprKind::tuple) {
    for (const ExprPtr& child : e.operands) visit_target(s, *child, parameter);
  } else if (e.kind == ExprKind::attribute) {
    s.load(e.id);
  } else if (parameter) {
    s.declare(e.id);
  } else {
    s.store(e.id);
  }
}

void Resolver::visit_if(Symbols& s, const Stmt& stmt) {
  visit(s, stmt.branches[0].condition.get());
  std::vector<Symbols> branches(3, Symbols(s.outer(), &s));  // if, all elifs together, else
  visit(branches[0], stmt.branches[0].body);
  for (size_t i = 1; i < stmt.branches.size(); ++i) {
    visit(branches[1], stmt.branches[i].condition.get());
    std::vector<Symbols> inner(3, Symbols(s.outer(), &branches[1]));  // an elif is an if without elif and else
    visit(inner[0], stmt.branches[i].body);
    branches[1].merge(inner);
  }
  visit(branches[2], stmt.else_body);
  s.merge(branches);
}

void Resolver::visit(Symbols& s, const Stmt& stmt) {
  switch (stmt.kind) {
    case StmtKind::if_:
      return visit_if(s, stmt);
    case StmtKind::set:
      visit(s, stmt.expr.get());
      return visit_target(s, *stmt.target, false);
    case StmtKind::set_block:
      return visit_target(s, *stmt.target, false);
    case StmtKind::macro:
      return s.store(stmt.id);
    case StmtKind::with:
      for (const auto& [target, value] : stmt.assignments) visit(s, value.get());
      return;
    case StmtKind::print:
    case StmtKind::for_:
    case StmtKind::call_block:
    case StmtKind::filter_block:
      return visit(s, stmt.expr.get());
    default:
      return;
  }
}

void Resolver::visit(Symbols& s, const Body& body) {
  for (const Stmt& stmt : body) visit(s, stmt);
}

void Resolver::enter_macro(Symbols& inner, const Stmt& stmt) {
  for (const Parameter& p : stmt.macro->parameters) inner.declare(p.id);
  for (const Parameter& p : stmt.macro->parameters) visit(inner, p.value.get());
  const bool uses[] = {stmt.macro->uses_caller, stmt.macro->uses_varargs, stmt.macro->uses_kwargs};
  for (size_t i = 0; i < 3; ++i) {
    if (uses[i]) inner.declare(macro_names_[i]);
  }
}

/// The bodies of a statement that have their own names.
void Resolver::enter(Symbols& s, Stmt& stmt) {
  Symbols inner(&s, nullptr);
  switch (stmt.kind) {
    case StmtKind::if_:
      for (Branch& b : stmt.branches) nested(s, b.body);
      return nested(s, stmt.else_body);
    case StmtKind::for_: {
      if (stmt.uses_loop) inner.declare(loop_);
      visit_target(inner, *stmt.target, true);
      stmt.hidden = frame(inner, stmt.body);
      Symbols otherwise(&s, nullptr);
      frame(otherwise, stmt.else_body);
      return;
    }
    case StmtKind::macro:
    case StmtKind::call_block:
      enter_macro(inner, stmt);
      break;
    case StmtKind::with:
      for (const auto& [target, value] : stmt.assignments) visit_target(inner, *target, true);
      break;
    case StmtKind::block: {
      Symbols alone(nullptr, nullptr);
      stmt.hidden = frame(stmt.scoped ? inner : alone, stmt.body);
      return;
    }
    case StmtKind::set_block:
    case StmtKind::filter_block:
    case StmtKind::scope:
      break;
    default:
      return;
  }
  stmt.hidden = frame(inner, stmt.body);
}

void Resolver::nested(Symbols& s, Body& body) {
  for (Stmt& stmt : body) enter(s, stmt);
}

}  // namespace

void resolve_scopes(Template& tpl) {
  Symbols root(nullptr, nullptr);
  tpl.hidden = Resolver(tpl).frame(root, tpl.body);
}

}  // namespace engine::jinja
