#include "gui/screenshots_texts.h"

#include "gui/screenshot_stage.h"

namespace hearth_test {

namespace {

const char* const kMaths = R"(The roots of $ax^2 + bx + c = 0$ with $a \neq 0$ are

$$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

so \(x_1 x_2 = \frac{c}{a}\) and \(x_1 + x_2 = -\frac{b}{a}\). Sums and limits:

\[
\sum_{i=1}^{n} i^2 = \frac{n(n+1)(2n+1)}{6}, \qquad \lim_{n \to \infty} \left(1 + \frac{x}{n}\right)^n = e^x
\]

Step by step:

\begin{align}
\int_0^1 (x^2 + 1)\,dx &= \left[ \frac{x^3}{3} + x \right]_0^1 \\
&= \frac{1}{3} + 1 \\
&= \frac{4}{3}
\end{align}

1. A rotation by $\theta$ is the matrix
   $$R(\theta) = \begin{pmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta \end{pmatrix}, \quad \det R = 1$$
2. The absolute value:
   $$|x| = \begin{cases} x & \text{if } x \geq 0 \\ -x & \text{otherwise} \end{cases}$$
3. $\hat{H}\Psi = E\Psi$, $\vec{F} = m\vec{a}$, $\mathbf{v} \in \mathbb{R}^3$, $\overline{AB} \perp \overline{CD}$, $e^{-\frac{x^2}{2\sigma^2}}$ and $\ce{2H2 + O2 -> 2H2O}$.

$$\boxed{P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}}$$

What is not understood is shown as it is: $\mysterious{x}$. It costs $5 to $10.)";

const char* const kMarkdown = R"(### Lists

- [x] Flour **and** water
- [ ] Salt
  - fine
    - very fine
      - finest
1. Mix:
   ```sh
   mix --slowly
   ```
2. Wait.

   A second paragraph of the item, with `code`.

   > and a quote in it

3. Bake.

### Table

| Name | Value | Notes |
|:-----|:-----:|------:|
| pipe | `a\|b` | one<br>two |
| maths | $\frac{1}{n}\sum x_i$ | **bold** ~~gone~~ |

| Language | What it is good for | What people say about it who have used it for a long time | Where to read more |
|---|---|---|---|
| C++ | Engines, games and everything that has to be fast | It takes a while until one knows all of it, and then there is a new standard | https://en.cppreference.com/w/cpp |

> Quote
>> quote in a quote

**寓意：**真诚待人。**数量：**3个，参见https://example.com/路径。

![A red cat](https://example.com/cat.png) and a footnote[^1], 😀 and https://example.com/a/very/long/address/that/does/not/fit/into/one/line/and/therefore/has/to/be/broken/somewhere.

[^1]: The footnote.)";

}  // namespace

void textPictures(const QString& out, const QString& language) {
  Stage stage(out, language, false);
  stage.loadEmber();
  stage.sizes = {{900, 1400}};
  stage.talk(stage.text("Show me some maths.", "给我看一些数学公式。"), QString::fromUtf8(kMaths));
  stage.shoot(QStringLiteral("60-maths"), [] { Stage::scrollToStart(); });
  stage.app().newChat();
  stage.talk(stage.text("Show me what Markdown can do.", "展示一下 Markdown。"), QString::fromUtf8(kMarkdown));
  stage.shoot(QStringLiteral("61-markdown"), [] { Stage::scrollToStart(); });
  stage.sizes = {{420, 1400}};
  stage.shoot(QStringLiteral("62-markdown-narrow"), [] { Stage::scrollToStart(); });
}

}  // namespace hearth_test
