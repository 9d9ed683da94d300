// A place from which threads take the current evaluator while another one
// publishes new ones: the account has changed, decisions go on.

#ifndef API_ACCESS_EXAMPLES_HOT_SWAP_EVALUATOR_SLOT_H_
#define API_ACCESS_EXAMPLES_HOT_SWAP_EVALUATOR_SLOT_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

#include "api_access/evaluator.h"

namespace api_access::examples {

// Publish may be called by any thread at any time. Each thread that decides has
// a Reader of its own.
class EvaluatorSlot {
 public:
  explicit EvaluatorSlot(Evaluator evaluator)
      : current_(std::move(evaluator)) {}

  // Once this returns, every later Get gives `evaluator` or a newer one. What
  // Get gave before stays valid until its reader calls Get again.
  void Publish(Evaluator evaluator) {
    const std::lock_guard lock(mutex_);
    // The old snapshot goes to the argument, which is destroyed by the caller,
    // after the lock: freeing a large one takes milliseconds.
    std::swap(current_, evaluator);
    version_.fetch_add(1, std::memory_order_release);
  }

  // Keeps a handle of its own, so reading takes no lock and touches no shared
  // reference count but right after a publication. The handle keeps its
  // snapshot in memory: a thread that will be idle for long calls Release
  // before.
  class Reader {
   public:
    // `slot` must outlive the reader.
    explicit Reader(const EvaluatorSlot& slot) : slot_(slot) { Refresh(); }

    // Valid until the next call. Not for concurrent use. A decision is resolved
    // by the evaluator that made it: the next Get may give a newer one, whose
    // RuleId answers nothing.
    //   const Evaluator& evaluator = reader.Get();
    //   const Decision decision = evaluator.Decide(request, now);
    //   Log(decision, evaluator.RuleId(decision));
    const Evaluator& Get() {
      if (slot_.version_.load(std::memory_order_acquire) != version_) Refresh();
      return evaluator_;
    }

    // Lets the snapshot go; the next Get takes the current one.
    void Release() {
      evaluator_ = Evaluator();
      version_ = kNone;
    }

   private:
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};

    void Refresh() {
      // Destroyed after the lock, with the old snapshot.
      Evaluator evaluator;
      const std::lock_guard lock(slot_.mutex_);
      evaluator = slot_.current_;
      std::swap(evaluator_, evaluator);
      version_ = slot_.version_.load(std::memory_order_relaxed);
    }

    const EvaluatorSlot& slot_;
    Evaluator evaluator_;
    std::uint64_t version_ = 0;
  };

 private:
  mutable std::mutex mutex_;
  Evaluator current_;                      // guarded by mutex_
  std::atomic<std::uint64_t> version_{0};  // written under mutex_
};

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_HOT_SWAP_EVALUATOR_SLOT_H_
