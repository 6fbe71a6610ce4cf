"""What apologises and what admits, in English. The phrases are written as `phrases.py` says."""

NAMES = {
    "we": "we|i|us",
    "house": "company|bank|council|brand|airline|city|hospital|school|hotel|shop|store|restaurant|firm|club|group|board|"
    "management|manufacturer|operator|retailer|supermarket|town|museum|factory|agency|university|insurer|chain",
    "own": "we|i|our ..3|my ..2|one of our ..3|some of our ..3|the <house>|the (crew|staff|driver|pilot|team|guard|mayor|"
    "manager|technician|nurse|doctor|cook|baker|cashier)",
    "adv": "so|very|really|truly|deeply|fully|solely|entirely|partly|also|clearly|directly|indeed|all|both|simply|just|"
    "not|never|no|always|now|still|actually|completely|totally|ourselves|far|much|too|obviously|plainly|grossly|ever|"
    "have|has|had|been|be|being|was|were|is|are|am",
    "slip": "fault|faults|mistake*|error*|blunder*|oversight*|negligence|carelessness|failure*|failing*|wrongdoing|misconduct|"
    "misjudg*|shortcoming*|incompetence|lapse*|slip*|mix up|mixup|blame|guilt",
    "bad": "wrong|at fault|to blame|responsible|liable|negligent|careless|guilty|culpable|"
    "reckless|racist|sexist|homophobic|rude|drunk|speeding|dishonest|mistaken|defective|faulty|dangerous|unsafe|toxic|"
    "contaminated|out of date|expired|broken|inadequate|insufficient|unacceptable|inappropriate|offensive|complicit|"
    "in the wrong|poor|slow|late|unprepared|unlawful|illegal|discriminat*|misleading|sloppy",
    "did": "failed|fail|neglected|ignored|overlooked|forgot|broke|breached|violated|infringed|discriminated|lied|misled|"
    "deceived|hid|hidden|concealed|covered up|withheld|underestimated|mishandled|misused|mistreated|wronged|hurt|"
    "harmed|injured|killed|poisoned|polluted|contaminated|leaked|exposed|overcharged|underpaid|mis sold|missold|"
    "caused|provoked|triggered|messed|screwed|botched|bungled|fouled|knew (about|of|that|since|for|it|the|this|long)|"
    "dropped the ball|got (it|this|that|things|everything) ..2 wrong|lost (your|the|their|his|her|our)|"
    "(missed|overlooked) the (warning*|sign*|signal*|problem|defect)|charged you (twice|too)|let it happen|"
    "left ..4 (open|unlocked|unattended|unprotected|alone|behind)|hit|beat|struck|insulted|humiliated|attacked|assaulted|"
    "shoved|slapped|ran over|acted ..3 (racist|badly|wrong*|inappropriate*|unacceptabl*|unlawful*|late|slow*|too)|"
    "behaved ..3 (racist|badly|wrong*|inappropriate*|unacceptabl*)|"
    "(sent|sold|gave|given|used|served|put|printed|fitted|installed|delivered|published|shared|charged) ..6 (wrong|unsafe|"
    "not safe|bad|incorrect|incorrectly|expired|out of date|by mistake|in error|without (permission|consent|asking|telling)|"
    "although|despite|even though)|exploded|burst|collapsed|overheat*|crashed into|"
    "(wrongly|mistakenly|erroneously|unfairly|unlawfully|illegally) (sent|fined|charged|refused|accused|closed|blocked|sold|"
    "used|shared|published|told|gave|billed|dismissed|sacked|arrested|treated|cancelled|deleted|rejected)",
    "undone": "test|check|do (enough|our job|the right thing|what we|our duty)|follow (the|our|your|safety|any|these|those|this|instructions|procedure*|rules|protocol*)|warn|inspect|listen|act|react|protect|"
    "respect|train|maintain|monitor|secure|update|anticipate|foresee|honour|honor|keep (our|your|the|it|them)|treat|tell you|inform you|"
    "take (care|it|this|your|the)|prevent|stop|spot|notice|see (it|this) coming|supervise|clean|repair|fix|store|label|recall",
    "people": "customer*|client*|people|person|passenger*|patient*|guest*|child|children|account*|card number*|household*|"
    "famil*|victim*|member*|resident*|user*|employee*|worker*|staff|pupil*|student*|tenant*|subscriber*|men|man|women|"
    "woman|citizen*|driver*|visitor*|fan|fans|record*|file|files|traveller*|traveler*|shopper*|viewer*|home|homes|"
    "address*|password*|teenager*|baby|babies|parent*|pensioner*|owner*|buyer*|follower*|colleague*|address*|card|cards",
    "harmed": "affected|injured|hurt|wounded|killed|dead|died|die|dies|dying|deceased|ill|sick|hospitalised|hospitalized|"
    "in hospital|to hospital|in intensive care|exposed|stolen|leaked|compromised|poisoned|without (water|power|electricity|heating|gas)|lost|"
    "missing|evacuated|stranded|infected|contaminated|burnt|burned|unwell|hacked|had to (leave|move|flee|go)|trapped|impacted|"
    "received the wrong|given the wrong|overcharged|underpaid|involved|suffered|suffering|food poisoning|breached",
    "count": "#|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen*|hundred*|thousand*|million*|half|"
    "several|a couple of|a handful of|a third of|a quarter of|most of|all of|all our|many of our|some of our|scores",
    "event": "leak*|outage|breach|contamination|fire|accident|problem|fault|failure|incident|collapse|explosion|poisoning|"
    "illness*|reaction*|injur*|error|bug|smell|pollution|damage|crash|infection|disaster|cancellation|delay|hack|spill|"
    "breakdown|blackout|power cut|flood|flooding|death*|outbreak|disruption|data loss|loss*",
    "pay": "refund|refunds|refunding|refunded|reimburs*|compensate|compensated|compensating|indemnif*|repay|repaid|recompense*",
    "money": "refund|refunds|reimbursement*|compensation|voucher*|credit|credits|money back|your money|goodwill|discount*|"
    "damages|rebate*|gift card*|gift|payout|indemnity|settlement|# <coin>|replacement|free night*|free month*|free ticket*|cheque|check",
    "coin": "money|euro|euros|pound*|dollar*|franc*|eur|usd|gbp|chf|quid|bucks|pence|cents",
    "gives": "offer|offers|offering|send|sending|sent|give|gives|giving|gave|pay|pays|paying|paid|promise|promised|issue|issued|issuing|"
    "processed|process|processing|arrange|arranged|arranging|provide|provided|providing|grant|granted|credit|credited|"
    "transfer|transferred|wire|wired|award|awarded|guarantee|approved|approve|organise|organised|hand out",
}

APOLOGY = """
(sorry|apolog*|regret|regrets|regretted|regretful|forgive|forgiveness|forgiving|pardon|pardons|contrite|contrition|remorse|remorseful)
mea culpa
(our|my) bad
excuse (us|our|this|the|what|my|me)
(we|i|am|are|feel|is|was|were) ..2 (ashamed|mortified)
(shame on us|heads in shame|head in shame)
(we|i) (feel|felt|are|am) ..2 (terrible|awful|dreadful|gutted|heartbroken|devastated|appalled) (about|for|that|at|by)
let (you|them|him|her|everyone|everybody|people|so many|many|our ..3|your ..3|the ..3) ..3 down
letting (you|them|him|her|everyone|people|our ..3|so many|the ..3) down
(failed|fail) (you|them|him|her|everyone|our <people>|your <people>|in our duty)
(you|they|he|she|everyone|customers|our <people>) (deserve|deserved|deserves) ..2 better
(expected|expect|expecting) better (of|from) us
(we|i|service|that|this) ..2 (fell|fall|fallen) ..2 short
not ..2 (live|lived|living) up to
not (meet|met|meeting) (our|your|the) ..3 (standard*|expectation*|values)
(betrayed|broken|broke|lost|abused) your trust
(unforgivable|inexcusable|unpardonable)
make ..1 amends
(we|i) (owe|owed) (you|them|him|her|everyone|our|the) ..5 (better|more|explanation)
(wish|if only) (we|i) could (undo|take it back|turn back|change what)
"""

# Fault, cause and numbers: a denial, a question or an "if" before them frees them.
FAULT = """
(our|my) ..2 <slip>
<slip> ..1 (is|was|are|were|lies|lay|rests) ..2 (ours|mine|us|our (side|part|end|doorstep)|with us)
<slip> ..4 (on our (part|side|end)|of ours|by (us|our|one of our|a member of our|my)|within our|in our (team|house|company|system*))
(on|at) our (part|side|end) <slip>
<own> ..2 (made|make|making|committed|commit|commits|makes) ..4 <slip>
<own> ..2 (got|gotten) (it|this|that|things|everything) ..2 wrong
<own> <adv> <adv> <adv> <bad>
<own> <adv> <adv> <bad>
<own> <adv> <bad>
<own> ..2 <did>
<own> (have|has|had) ..2 <did>
<own> ..1 (accept|accepts|accepted|take|takes|took|taken|assume|assumes|bear|bears|shoulder|acknowledge|acknowledges|admit|recognise|recognize) ..3 (responsib*|liab*|blame|culpab*)
(responsib*|liab*|blame) ..2 (is|lies|rests|was) ..2 (ours|us|with us|mine|with me)
(we|i|us) ..1 (alone|only|ourselves|is|are|am) to blame
<own> ..1 (admit*|confess*|concede*)
<own> ..1 (acknowledg*|recognis*|recogniz*|accept*) ..3 (<slip>|wrong|that (our|we|the <house>|my)|our ..2 <slip>)
we ..1 (own|owned) (this|it|up|our|that|the (mistake|error|fault))
because of (us|our)
because (we|our) ..4 (had not|did not|have not|was|were|failed|forgot|ignored|left|broke|used|sold|sent)
(happened|occurred|took place) on our watch
(we|our ..3) (did|have done) (this|that|it|wrong|harm) ..1 (to)?
(our|my) ..3 (can|could|may|might) (catch fire|explode|hurt|injure|harm|kill|burn|break|overheat|choke)
(advert|ad|campaign|poster|post|joke|slogan|video|comment|remark) (is|was) <adv> (racist|sexist|offensive|wrong|in poor taste|tasteless|unacceptable|insulting)
(advert|ad|campaign|poster|post|joke|slogan|video|comment|remark) (is|was) (racist|sexist|offensive|wrong|in poor taste|tasteless|unacceptable|insulting)
"""

# What already contains its own "not", or would be said by nobody who denies: no negation frees it.
SURE = """
(not|no longer|never) ..1 (charge|charged|bill|billed|invoice) (you|for|$|your)
<own> (were|was) ..1 aware (of|that)
<own> ..1 (should|ought) ..2 have
<own> should never
<own> should not
<own> could ..1 have (prevented|avoided|done (more|better)|acted|warned|known|stopped)
could ..2 have been (avoided|prevented)
(mistakes|errors|failings) (were|have been) made
<own> ..1 (did|do|does|had|have|has) not ..2 <undone>
<own> ..1 (did|do|does|had|have|has) not ..3 (checked|tested|followed|warned|inspected|changed|protected|respected|trained|maintained|updated|told|repaired|cleaned|secured|installed) ..2
our ..3 (was|were|is|are) not ..2 (enough|sufficient|adequate|up to|safe|acceptable|followed|respected|met|right|secure|applied|working|properly|clean)
(not your|nobody else|no one else|nobody elses) ..1 (fault|mistake|error|to blame) but (ours|our|us|mine)
not your (fault|mistake|error) , (but)? (it is)? (ours|our|us)
(nobody|no one|none) (but|other than|except) us
us and (nobody|no one) else
(we|i) ..2 (not|never) ..2 (deny|denying|dispute|hide|hiding|pretend) ..5 (<slip>|responsib*|liab*|wrong|happened)
(no|without ..1|without) (doubt|question) ..4 (our|we|us)
(we|i) (messed|screwed|mucked|fucked|cocked|ballsed) ..1 up
dropped the ball
(we|i|our) ..2 (too) (slow|late|careless|greedy|naive)
(was|were) ..3 (not|never) ..1 good enough
"""

CAUSE = """
(caused|triggered|provoked|sparked|started|brought about|set off) ..1 by
(is|was|are|were|been|be|largely|mainly|partly|probably|only) due to
<event> ..4 due to
(result|results|resulted|resulting) (of|from)
(stem|stems|stemmed|stemming|arose|arises|originat*) ..1 (from|in|with)
<event> ..5 (came|comes|come|began|begins|started|starts|spread|spreads) (from|in|with|at|when|because)
(root)? cause ..4 (is|was|lies|lay|has been)
(the|its|their|this) (reason|origin|source) ..3 (is|was) (a|an|the|our|that|in)
(led|leads|leading|lead) to (the|an|a|your|this|that|these) ..3 <event>
(traced|tracked) ..2 (to|back to)
<event> ..3 (happened|occurred|succeeded) (because|when|after|since)
(was|were|has been|have been) (found|detected|discovered|identified) in (our|one of our|the <house>|a batch|the batch)
(shows|showed|show|found|finds|confirms|confirmed|proves|proved|concluded|concludes|reveals|revealed) that (our|we|the|a|an) ..6 (defective|faulty|fault|mistake|error|wrong|cause*|responsible|fail*|broken|liable|contaminat*|negligen*)
(bug|glitch|defect|leak|fault|error|failure|flaw|virus) ..3 (charged|exposed|deleted|leaked|stopped|crashed|cut|burned|caused)
(caused|provoked|triggered|made) (this|these|that|the|your|it|an|a|such) ..2 <event>
(made|makes|has made|have made) (you|them|people|children|customers|him|her|your ..2) ..1 (ill|sick|unwell)
our ..2 (caused|causes|cause|made) ..5
(fitted|installed|repaired|assembled|labelled|stored|packed|designed|built|wired|mounted) by (our|us|a contractor|the contractor)
"""

NUMBERS = """
<count> ..4 <people> ..6 <harmed>
<harmed> ..5 <count> ..4 <people>
(affected|affects|hit|hits|injured|killed|hurt|exposed|leaked|touched|concerns|concerned) ..2 <count> ..3 <people>
<count> ..3 (victim*|casualt*|death*|injuries|fatalities|dead|injured|wounded|cases of)
(leak*|leaked|breach*|hack*|outage) ..5 <count> ..3 <people>
<people> ..2 (affected|injured|killed|hurt|exposed) (is|was|are|stands at|has risen to|rose to) ..2 <count>
"""

COMPENSATION = """
<we> ..4 <pay>
(will|shall|going to|decided to|promised to|agreed to) ..1 <pay>
(will|shall|going to|is being|are being|has been|have been|was|were|is|are|get|gets) ..3 (refunded|reimbursed|compensated|indemnified|repaid)
(you|everyone|everybody|all|each|every|they|customers|passengers|families|family|guests|residents|owners|anyone|those|who|affected) ..2 (will|shall|are going to|gets|get|receives|receive) ..5 <money>
<own> ..4 <gives> ..6 <money>
(your|the|a|full|his|her|their|my|of) <pay> ..1 (is|was|has|will|should) ..3 (way|issued|sent|paid|processed|made|approved|coming|with you|arrive|reach|completed|initiated)
(compensation|damages|refund|refunds|vouchers|payments) (will|is|are|has|have|was|were) ..2 (paid|made|sent|given|on the way|offered|issued|granted|due)
<own> ..3 (pay|pays|paying|cover|covers|covering|bear|foot|waive|waived|waiving|settle|settled|settling|absorb|shoulder|cancelled|cancel) ..5 (cost|costs|bill|bills|expense|expenses|fee|fees|claim|claims|damage|loss|losses|you|# <coin>|medical|hotel|back|charge|charges|debt|rent|treatment)
<own> ..3 (replace|replacing|repair|buy back|take back|exchange|mend|fix) ..6 (free of charge|for free|free|at our ..1 (cost|expense)|at no cost|without charge)
<we> ..2 (replace|exchange) (your|it|every|all|the)
<we> ..3 (buy|take) back
(buy|take) back (every|all|your|the)
make ..1 (good|up) ..1 (the|your|for|to)
make it up to
free (repair*|replacement*|night*|month*|ticket*|meal*|credit*|flight*|week*|year*|travel|delivery|shipping|upgrade*)
(goodwill gesture|gesture of goodwill|discount code|promo code|as compensation|in compensation|by way of compensation|as a gesture)
(is|are) ..1 on (us|the house)
(credited|credit) ..3 (# <coin>|your account|to your)
(made|make|making|sent) ..2 (payment|transfer) ..2 (# <coin>|to you)
# <coin> ..4 (to you|to your account|to each|to every|for each|in compensation)
<own> ..2 (pay|pays|paying|paid|wire|transfer) ..3 (you|them|each|everyone|every ..2|all ..2) ..2 # <coin>
receive ..3 # <coin>
(money|full amount|amount|penny|cent) ..1 back
let us ..1 (pay|cover|replace|make it)
"""

# Phrases in which a word of APOLOGY apologises for nothing.
HARMLESS = """
if an apology (is|was|were)
regret* ..1 to (inform|say|tell|announce|advise|report|let you know)
regret that (we|i) (can not|are unable|are not able|do not)
<we> (can not|will not|do not|are not|are unable) ..3 regret
(no|without|any) regrets
you (will|would|may|might|could|should|must) ..2 (regret|sorry|be sorry)
(would|will) be sorry (to|if)
safe than sorry
(a|the|this|that|such a) sorry (sight|state|story|tale|affair|excuse|mess)
feel sorry for
sorry for (yourself|himself|themselves)
pardon (my|the) french
(royal|presidential|legal|court) pardon
(no|not an|not any|never an|is an|as an|a bad|a poor|good|any|lame|an) excuse
excuse* (for|anything|violence|nothing|everything)
(looking for|make|making|made|find|finding|hide behind|hiding behind|without|no more|no|not asking you to|do not ask you to) ..1 excuse*
(thank|thanks|appreciate) ..4 apolog*
your (sincere|kind|public|quick|own|very|nice|full|honest)? (apology|apologies|regret|regrets|remorse)
(apologetic) tone
forgive and forget
(asked|asking|ask|demand*|request*|want|wants|expect*|waiting for|wait for|hear) ..2 apolog* from (them|him|her|the <person>|you)
"""

# The same, said or done by others; a word for ourselves in between makes it ours again.
OTHERS = """
(do|did|will|would|does) (you|he|she|they) ..3 (regret|apolog*|forgive)
(you|they|he|she) (have|has|had|are|were|is|was|will)? (already|also|now|never|just|since|publicly|not|ever)? (apolog*|regret*|said sorry|said they|say sorry|sorry|said he|said she)
(did|has|have|had|does|do|will|was|were|is|are) (the|that|this|anyone|someone|anybody|he|she|they|you|your|somebody|any) ..4 (apolog*|sorry|say sorry|said sorry|regret*|forgive|forgiven)
<third> ..3 (apolog*|sorry|regret*|forgiveness|pardon)
"""

# Turns of speech at the head of a clause: a contradiction, or a courtesy.
CONTRADICTION = """
sorry (,)? but (you are|you were|that is|this is|it is|that was|it was|there is|we can not|we do not|we are not|we will not|we have (no|to)|we must|we did not|i can not|i do not|i disagree|we disagree|no|not|the) (not|wrong|untrue|false|incorrect|mistaken|simply|give|share|agree|comment|possible|allowed|able|true|no|a|have|help|discuss|answer|accept|offer|sell|correct|$)
sorry (,)? but (we|i) (can not|do not|are not able|are unable|am unable|will not|have no|disagree|am not able|must disagree)
^ sorry (,)? but you (can not|must|need)
^ sorry , (that|this|it) (is|was) (not|simply not|untrue|false|wrong)
^ sorry , (we|i) (do not|can not) (share|agree|think|believe|comment|discuss|see it|sell|give)
^ sorry , (you are|you were) (wrong|mistaken|not)
"""
TURNS = """
^ (sorry|excuse me|pardon|pardon me) (,)? (could|can|which|what|where|when|how|may i|do you mean|who|was that|is that|is it) ..2
^ (sorry|pardon|excuse me) (,)? (i|we) (did not|do not|didnt|dont) ..2 (understand|follow|catch|get|see|hear)
^ (sorry|pardon) (,)? (i|we) (meant|mean|misread|misunderstood|only|can only|speak)
^ (sorry|pardon|excuse me|i beg your pardon) (,)? ¿
"""

BRIDGE = frozenset(
    [
        "it",
        "is",
        "was",
        "were",
        "been",
        "be",
        "being",
        "am",
        "are",
        "that",
        "this",
        "think",
        "believe",
        "feel",
        "consider",
        "accept",
        "agree",
        "find",
        "see",
        "in",
        "any",
        "the",
        "a",
        "an",
        "of",
        "way",
        "think",
        "to",
        "have",
        "has",
        "had",
        "made",
        "make",
        "due",
        "think",
        "say",
        "saying",
        "our",
        "my",
        "we",
        "i",
        "us",
        "ever",
        "one",
        "done",
        "do",
        "did",
        "does",
        "at",
        "as",
        "such",
        "considered",
        "caused",
    ]
)
APOLOGY_BRIDGE = frozenset(
    [
        "to",
        "need",
        "reason",
        "going",
        "want",
        "have",
        "has",
        "intend",
        "intention",
        "about",
        "will",
        "would",
        "do",
        "say",
        "saying",
        "any",
        "a",
        "an",
        "our",
        "my",
        "we",
        "i",
        "us",
        "for",
        "make",
        "offer",
        "cause",
        "ever",
        "be",
        "being",
        "feel",
        "at",
        "all",
        "be",
        "the",
        "plan",
        "planning",
        "shall",
        "required",
        "require",
        "obliged",
        "think",
    ]
)
NEGATIONS = frozenset(
    [
        "not",
        "never",
        "neither",
        "nor",
        "no",
        "none",
        "nobody",
        "hardly",
        "without",
        "zero",
        "deny",
        "denies",
        "denied",
        "denying",
        "reject",
        "rejects",
        "refute",
    ]
)
IRREALIS = frozenset(["if", "whether", "should", "unless", "suppose", "supposing"])
IRREALIS_BRIDGE = frozenset(
    [
        "it",
        "is",
        "was",
        "were",
        "turns",
        "turn",
        "out",
        "that",
        "the",
        "we",
        "our",
        "i",
        "my",
        "a",
        "any",
        "an",
        "at",
        "be",
        "proves",
        "this",
        "to",
        "one",
        "of",
        "had",
        "have",
        "has",
        "made",
        "there",
        "really",
        "indeed",
        "ever",
        "did",
        "do",
        "us",
    ]
)
STILL_SAID = frozenset(
    [
        "only",
        "just",
        "merely",
        "simply",
        "solely",
        "entirely",
        "alone",
        "doubt",
        "deny",
        "denying",
        "dispute",
        "hide",
        "hiding",
        "pretend",
        "enough",
        "exactly",
        "wholly",
    ]
)

REPORTED = r"""
(you|they|he|she|some|people|critics|others|many|someone|somebody|everybody|everyone|nobody) ..3 (say|says|said|claim*|think*|thought|believe*|write*|wrote|written|allege*|suggest*|assume*|suspect*|accuse*|state*|report*|assert*|imply|implies|told|ask|asks|asked|wonder*|pretend*|insist*)
(newspaper|paper|article|press|media|tweet|video|rumour|rumor|headline|journalist|union|competitor|blog|petition|lawsuit|complaint|post|comment) ..4 (say|says|said|claim*|believe*|write*|wrote|allege*|suggest*|state*|report*|assert*|accuse*|pretend*|that)
(rumour|rumor|claim|allegation|accusation|assertion|story|idea|suggestion) ..1 that
(according to) (the|some|a|one|you|him|her|them) ..3
(accuse*|blame*) (us|our) (of|for)
"""
CONCEDED = r"""
(rightly|right to|you are right|that is true|which is true|correctly|we agree|we confirm|is correct|are correct|is true|are true|is right|and so do we)
"""
ASKED = r"""
(, (was|is|are|were|did|do|does|has|have|had|could|can|would|who|whose|which|when|what|how many|how much)) ..1
"""
# Phrases in which a phrase of the lists above admits nothing.
NO_ADMISSION = """
(answer*|answering|replies|reply|response*|replying|messages|hotline) ..3 (is|are|was|were|longer) ..2 due to
due to (be|open|arrive|start|end|leave|take|close|reach|begin|finish|land|depart|return|expire|appear)
(were|was|been|are) (wrongly|falsely|unfairly|unjustly) (accused|blamed|suspected|named|attacked)
responsib* ..6 seriously
responsib* for the (environment|planet|climate|future)
refund* (request*|form|forms|policy|process|procedure*|rules|page|terms|conditions|department|team|claim|status|option*)
(request|requested|requesting|requests|ask for|asked for|asking for|claim|claiming|apply for|applied for|about|demand*|regarding|question*) ..2 refund*
(can|could|may) be (refunded|reimbursed)
"""
_THIRD = (
    "minister|president|government|mp|senator|politician|journalist|newspaper|presenter|neighbour|neighbor|"
    "competitor|rival|customer|client|man|woman|author|player|coach|passenger|user|pope|king|queen|chancellor|secretary|"
    "other (driver|side|party|company|shop|man|woman|customer|team)|referee|singer|actor|actress|they|he|she"
)
NAMES["person"] = _THIRD
NAMES["third"] = f"(the|a|that|this|your|prime|their|his|her)? (prime|foreign|finance|former|then)? ({_THIRD})"
OURS = frozenset(["we", "our", "us", "my", "i", "ours", "nous", "notre", "nos", "mon", "ma", "mes", "je", "j", "on"])
