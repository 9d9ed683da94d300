// Holds the account and answers questions about it, so that the page never waits.

import {Account} from '../api-access.mjs';

let account;

// The first items of a list of `owner`, and how many there are. All that thousands of
// rules answer would keep the page busy, which shows a part of it.
function cut(owner, name) {
  owner[`${name}Count`] = owner[name].length;
  owner[name] = owner[name].slice(0, 100);
}

function cutAnswer(answer) {
  const {Rules: rules, Difference: difference} = answer;
  if (rules) {
    // Those that have the address come first.
    answer.Rules = [false, true].flatMap(
        (isMissed) => rules.filter(({IpRange}) => (IpRange === 'Failed') === isMissed));
    cut(answer, 'Rules');
  }
  if (difference) {
    cut(difference, 'Regions');
    cut(difference, 'Keys');
  }
  return answer;
}

onmessage = ({data: {answers, question, options}}) => {
  try {
    if (answers) {
      account = Account.fromAnswers(answers);
      postMessage({answer: {notes: account.notes}});
    } else {
      postMessage({answer: cutAnswer(account.ask(question, options))});
    }
  } catch (error) {
    postMessage({error: error.message});
  }
};
postMessage({ready: true});
