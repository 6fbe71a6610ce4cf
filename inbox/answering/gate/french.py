"""What apologises and what admits, in French, without accents. The phrases are written as `phrases.py` says."""

NAMES = {
    "nous": "nous|on|je|j",
    "maison": "entreprise|banque|mairie|commune|ville|marque|compagnie|enseigne|direction|societe|hopital|ecole|hotel|"
    "restaurant|magasin|groupe|equipage|equipe|club|fabricant|chaine|region|departement|usine|agence|clinique|assureur|"
    "municipalite|universite|association|federation|centre|supermarche",
    "notre": "notre|nos|mon|ma|mes",
    "a_nous": "nous|on|je|j|notre ..2|nos ..2|mon ..1|un de nos ..2|une de nos ..2|certains de nos ..1|(le|la|l) <maison>|"
    "(le|la|l) (chauffeur|pilote|vigile|technicien|conducteur|personnel|maire|medecin|infirmier*|caissier*)",
    "aux": "avons|ai|a|ont|avions|avait|avaient|aurons|ayons|ait|aient|aura",
    "etre": "sommes|suis|est|sont|etions|etais|etait|etaient|avons ete|ai ete|a ete|ont ete|avons aussi ete|serions|fumes",
    "adv": "pas|jamais|vraiment|tres|trop|bien|aussi|clairement|pleinement|entierement|totalement|completement|seuls|seul|"
    "seule|tous|toutes|tout|en partie|gravement|serieusement|en rien|aucunement|nullement|donc|hier|parfaitement|"
    "directement|largement|evidemment|ete|plus|les|la|le|l|encore|forcement|simplement|juste|un peu|si|la ou",
    "bevue": "faute|fautes|erreur|erreurs|tort|torts|negligence*|manquement*|defaillance*|bevue*|gaffe*|maladresse*|"
    "betise*|bourde*|faux pas|boulette*|faille*|omission*|oubli*",
    "mal": "responsable|responsables|en tort|en faute|dans notre tort|fautif*|fautive*|coupable*|negligent*|en cause|a l origine|"
    "imprudent*|defectueu*|dangereu*|raciste*|sexiste*|homophobe*|contamine*|perime*|toxique*|insuffisant*|inadapte*|"
    "inacceptable*|inapproprie*|deplace|deplacee|deplaces|deplacees|insultant*|offensant*|mensonger*|trompeu*|illegal*|"
    "complice*|lents|lent|lente|legers|insupportable*|incorrect*|fausse*|impropre*|choquant*|discriminatoire*|bacle*|ivre*|"
    "depasse*|mal prepare*|au courant",
    "fait": "failli|echoue|faute|menti|ignore|neglige|oublie|omis|cache|dissimule|sous estime|sousestime|enfreint|viole|"
    "discrimine|blesse*|humilie*|insulte*|agresse*|frappe*|bouscule*|maltraite*|pollue*|provoque*|empoisonne*|contamine*|"
    "expose*|divulgue*|tarde|manque (a|de)|eu tort|merde|foire|plante|deconne|rate|derape|trompe*|abuse*|cause|sali|grille|"
    "percute|renverse|tue|tarde|perdu (vos|votre|les|le|la|son|ses|leur*)|mal _|reagi (trop|tard*)|trop (tarde|attendu|"
    "facture|preleve|debite)|laisse ..3 (ouvert*|sans|fuiter|fuir|partir|passer|trainer|entrer|seul*|arriver)|"
    "porte atteinte|(envoye|vendu|servi|utilise|donne|mis|livre|installe|publie|communique) ..6 (mauvais*|par erreur|perime*|"
    "impropre*|n etait pas|defectueu*|alors que|malgre|sans (autorisation|consentement|accord|votre|prevenir|verifier))|"
    "manque|fuite|explose|pris feu|surchauffe|facture ..2 (trop|deux fois)|debite ..2 (deux fois|trop)",
    "gens": "personne|personnes|client*|passager*|patient*|enfant*|compte|comptes|numero|numeros|foyer*|famille*|victime*|"
    "mort|morts|adherent*|abonne|abonnes|usager*|habitant*|riverain*|voyageur*|salarie|salaries|eleve|eleves|conducteur*|"
    "locataire*|membre*|convive*|donnees|dossiers|homme*|femme*|bebe|bebes|ado*|etudiant*|resident*|agents|employe|employes|"
    "touriste*|visiteur*|internaute*|consommat*|assure|assures|cartes|mots de passe|adresses|logements|vacanciers|senior*",
    "touche": "touche|touches|touchee|touchees|concerne|concernes|concernee|concernees|blesse*|tue|tues|tuee|tuees|mort|"
    "morts|morte|mortes|decede*|malade|malades|hospitalise*|expose*|vole|voles|volee|volees|fuite|pirate*|intoxique*|prive|"
    "prives|privee|privees|evacue*|contamine*|infecte*|brule*|compromis*|(du|dus) (quitter|fuir|etre)|quitter leur*|perdu|"
    "recu (une|un|des|la|le) mauvais*|impacte*|affecte*|bloque*|disparu*|coince*|indispose*|verbalise*|lese*|surfacture*|"
    "dans un etat|a l hopital|aux urgences|en reanimation|diffuse*|derobe*|sans (eau|electricite|courant|chauffage)",
    "combien": "#|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    "quarante|cinquante|soixante|cent|cents|mille|milliers|millier|million*|dizaine*|douzaine|quinzaine|vingtaine|trentaine|"
    "quarantaine|cinquantaine|soixantaine|centaine*|moitie|tiers|quart|plusieurs|la plupart",
    "evenement": "fuite|fuites|panne|accident|incendie|feu|contamination|probleme|incident|effondrement|explosion|intoxication*|"
    "reaction*|blessure*|bug|odeur|pollution|degats|erreur|faille|crash|infection|coupure|piratage|retard|annulation|drame|"
    "catastrophe|inondation|deces|maladie*|brulure*|chute|deraillement|defaut|defaillance|dysfonctionnement|perte*|attaque|"
    "malaise*|deversement|dommage*|sinistre",
    "argent": "remboursement*|indemnite*|indemnisation*|dedommagement*|compensation*|bon d achat|bons d achat|bon cadeau|bon de|un avoir|"
    "cheque*|reduction*|remise*|geste commercial|# <monnaie>|somme|prime|nuit* gratuite*|mois gratuit*|mois offert*|"
    "billet* gratuit*|carte cadeau|virement|dommages et interets|dommages interets|code promo",
    "monnaie": "money|euro|euros|francs|dollars|livres",
    "verse": "offrons|offrir|offrirons|offre|offert|proposer|proposons|proposerons|propose|verserons|verser|versons|versera|verse|"
    "promettons|accordons|accorder|accorderons|effectuer|effectuerons|effectue|garantissons|enverrons|envoyons|envoye|envoyer|"
    "donnerons|donnons|donner|emettons|emis|ferons|faisons|fait|credite*|crediterons|creditons|debloquons|paierons|payons|"
    "remettrons|virons|virerons|octroyons|engageons|mettons en place",
    "recoit": "recevrez|recevra|recevront|recevoir|recoivent|recoit|recevez|obtiendrez|obtiendra|aurez|aura|auront|touchera|toucherez|"
    "toucheront|beneficiez|beneficierez|beneficieront|beneficiera",
}

APOLOGY = """
(desole|desolee|desoles|desolees|navre|navree|navres|navrees)
(excuses|excusee|excusees|excuser|excusons|excusez|excuserons|excuserai|excusant|excusait|excuserait)
(s|m|nous|se) ..1 (excuse|excusent|excuse)
excuse (nous|moi)
(pardon|pardons|pardonner|pardonnez|pardonne|pardonnerez|pardonniez|impardonnable*|inexcusable*)
(regrette|regrettons|regrettent|regret|regrets|regrettable*|regrettes|regretterons|regretterai|regrettait)
mea culpa
(sommes|suis|est) ..2 (confus|confuse|confuses|honteux|honteuse*|penauds|mortifie*|consternes|consterne|contrit*) 
(avons|ai|a) ..1 honte
(honte) (a nous|nous|de nous|de ce)
vous ..2 (avons|ai|a) ..2 (decu|decus|decue|decues|trahi|trahis|trahie|trahies|laisse tomber)
(avons|ai|a) ..1 (decu|trahi|abime|perdu|brise|entame) (votre|vos|la|les|nos) ..2
(deux|vous) (devions|devons|doit|dois) ..2 (mieux|excuses|plus)
(meritiez|meritez|meritaient|meritent|meritait|merite) ..2 mieux
(pas|jamais) ..2 a la hauteur
amende honorable
(notre|ma) coulpe
votre indulgence
(remords|contrition|repentir)
(aimerions|aurions aime|voudrions|voudrais) ..4 (revenir en arriere|effacer|reparer)
"""

FAULT = """
<notre> ..1 <bevue>
<notre> entiere responsabilite
<bevue> ..1 (est|etait|sont|etaient|revient|incombe|reviennent|vient|venait|viennent|provient) ..2 (notre|nous|la notre|les notres|a nous|de nous|chez nous|de chez nous|de notre|de nos|du notre)
<bevue> nous (revient|incombe|reviennent|incombent)
(responsabilite) ..2 (nous incombe|nous revient|est la notre|est notre|est engagee)
<bevue> ..3 (de notre (part|cote|fait)|chez nous|de nos (equipes|agents|services|salaries|techniciens)|de notre (personnel|equipe|service|fournisseur|chauffeur|site|usine))
(torts|tort|faute) (sont|est) ..1 de notre (cote|fait|part)
(de|du) notre (faute|fait|part ..1 <bevue>)
<a_nous> ..3 (commis|fait|fit|commettons) ..3 (erreur*|faute|fautes|bevue*|gaffe*|betise*|bourde*|boulette*|impair*|maladresse*)
(nous sommes|on s est|me suis|s est|se sont|nous nous sommes|on s etait|nous etions) ..2 (trompe|trompes|trompee|trompees|plante|plantes|plantee|rate|rates|fourvoye*|loupe|loupes)
<a_nous> ..2 <aux> ..2 <fait>
<a_nous> <etre> <mal>
<a_nous> ..1 <etre> <adv> <mal>
<a_nous> ..1 <etre> <adv> <adv> <mal>
<a_nous> ..2 (assume*|assumons|assumerons|endosse*|portons|prenons|accepte*|acceptons|reconnai*|reconnu|admet*|avou*) ..4 (responsabilite*|erreur*|faute*|torts|tort|manquement*|consequences|defaillance*|culpabilite|blame)
<nous> ..1 l (assumons|assume|admettons|admets|reconnaissons|reconnais|avouons|avoue)
<nous> ..1 (admettons|admets|avouons|avoue|admis|reconnaissons que (nous|notre|nos|le|la|l)|reconnais que|reconnaissons (avoir|les faits|notre|nos|une|l|des)) ..1
(a cause|par la faute) de (nous|notre|nos|moi)
(parce que|car|puisque) (nous|notre|nos|on|j|je) ..4 (avons|avions|ai|a|avait|etait|etions|n)
par (notre|nos) <bevue>
(notre|nos) ..3 (peut|peuvent|risque de|risquent de) (prendre feu|exploser|blesser|bruler|casser|etouffer|tuer|surchauffer)
(notre|nos) ..3 (surchauffe*|explose*|s enflamme*|se brise*|se casse*)
(publicite|spot|affiche|campagne|message|visuel|slogan|blague|video|comportement|propos|post|tweet) (est|etait|sont|etaient) ..1 (raciste*|sexiste*|deplace*|offensant*|choquant*|inacceptable*|de mauvais gout|insultant*|homophobe*)
(comportement|geste|propos|attitude|acte|paroles) (raciste*|sexiste*|deplace*|inacceptable*|homophobe*|inapproprie*)  de (notre|nos)
(notre|nos) ..2 (a|ont) ..1 (eu|tenu) ..3 (raciste*|sexiste*|deplace*|inacceptable*|homophobe*|inapproprie*|violent*|agressif*|agressive*)
<a_nous> ..2 (savions|connaissions|savait|connaissait|savaient|connaissaient|savais) (le|la|les|que|depuis|l|ce|cela)
<a_nous> ..1 <aux> ..2 a tort
<a_nous> ..2 (avons|a|ont|ai) (cause|fait|provoque) ..3 (tort|mal|peine|souffr*|situation|degats|l|votre|cet|ce|cette|un|une)
"""

SURE = """
(ne)? ..1 (facturerons|facturons|factureront|prelevons|preleverons) (pas|plus|rien)
<a_nous> ..1 (aurions|aurais|aurait|auraient) (du|pu|dus)
<a_nous> ..1 (n)? (aurions|aurais|aurait|auraient) (pas|jamais) du
(aurait|auraient|aurions) pu ..1 (etre|l) (evite*|empeche*|anticipe*)
(des|de nombreuses|plusieurs) (erreurs|fautes|manquements) ont ete ..2
<a_nous> ..1 n (avons|ai|a|ont|avions|avait) (pas|jamais|rien|guere|meme pas) ..2 (assez|suffisamment|prevenu*|respecte*|tenu|verifie*|teste*|controle*|su|reagi|ecoute*|protege*|pris|informe*|entretenu*|surveille*|forme*|anticipe*|fait (assez|le necessaire|notre travail|attention|ce que|ce qu)|mis a jour|securise*|alerte*|agi|rappele*|nettoye*|traite*|honore*|dit la verite|vu venir|empeche*|repondu a vos alertes|suivi|change*|repare*|remplace*|signale*|applique*)
(notre|nos|l equipage|le personnel|la direction|l equipe) ..3 (n etaient|n etait|n ont|n a|n est|n sont|ne sont|n avait|n avaient) (pas|plus) ..2 (suffisant*|respecte*|a jour|conforme*|assez|applique*|au niveau|acceptable*|aux normes|adapte*|sur*|sain*|suivi*|securise*|propre*|fonctionne*|marche*)
(notre|nos) ..3 laiss* a desirer
(pas|ni) votre (faute|erreur) (,)? (mais|c est) ..1 (notre|la notre|nous)
(personne d autre que|nul autre que|personne sinon|personne a part|personne hormis) nous
(ne nions|ne nie|ne nierons|ne contestons|ne pouvons nier|ne pouvons pas nier|ne cachons|ne cacherons|ne le nions) ..1
(aucun doute|pas de doute|sans aucun doute|sans doute possible|indeniable*|incontestable*) ..4 (notre|nos|nous|responsab*)
n etait pas saine
<nous> ..1 (merde|merdons|foire)
(a|avons|ai|ont) ..1 (merde|deconne|foire)
"""

CAUSE = """
(cause|causee|causes|causees|provoque|provoquee|provoques|provoquees|declenche*|engendre*|occasionne*) par
(du|due|dus|dues|lie|liee|lies|liees|imputable*|attribuable*) (a|au|aux) (l|la|le|les|un|une|des|notre|nos|cette|ce|cet|leur)
(est|sont|etait|etaient) ..1 (du|due|dus|dues) (a|au|aux)
<evenement> ..5 (vient|viennent|venait|provient|proviennent|provenait|resulte*|decoule*|s explique par|a pour (origine|cause)|est parti*|est partie|a commence|s est propage*|s est produit* (parce|car|a cause|en raison|apres|quand|lorsque))
(la|l) (cause|origine) ..4 (est|etait|vient|etaient|serait) (un|une|le|la|l|notre|nos|du|des|bien|donc|dans|probablement)
est en cause
(etait|sont|etaient|mis*) en cause
(a|ont|ait|aient|avait|avons) (provoque|cause|entraine|declenche|occasionne|engendre) (l|le|la|les|un|une|cet|cette|ce|votre|vos|des|ces)
(a|ont|ait|avons) ete (trouve*|detecte*|retrouve*|decouvert*|identifie*) dans (notre|nos|un de nos|le lot|la|l|une)
(montre|montrent|demontre*|confirme*|prouve*|etablit|revele*|conclut) que (notre|nos|nous|la|le|l) ..6 (defectueu*|faute|erreur*|cause|responsab*|defaillan*|contamin*|negligen*|casse*|fautif*)
(bug|bogue|panne|defaut|faille|virus|erreur) ..3 (a|vous a|ont|vous ont|nous a) ..1 (debite*|expose*|efface*|provoque*|divulgue*|bloque*|preleve*|facture*|cause)
(viennent|vient|proviennent|provient) d (un|une) ..4 (oublie*|casse*|mal|defectueu*|contamine*|de notre|de nos)
mal _ par (notre|nos|un|le|la) ..2
(rendu|rendus|rend|rendent) ..3 malade*
(reussi|produit|arrive|produite|arrivee) (parce que|car|a cause|en raison)
"""

NUMBERS = """
<combien> ..4 <gens> ..5 <touche>
(touche|touchait|a touche|affecte|concerne|blesse|tue|atteint|frappe|expose|a expose|fait) ..2 <combien> ..3 <gens>
<combien> ..2 (victimes|morts|blesses|deces|malades|hospitalis*|disparus|intoxiques|brules|cas)
<gens> ..2 <combien> ..4 <gens> ..5 <touche>
(donnees|coordonnees|informations) de <combien> ..6 <touche>
<touche> ..4 <combien> <gens>
"""

COMPENSATION = """
(rembourserons|rembourserai|remboursera|rembourseront|indemniserons|indemniserai|indemnisera|indemniseront|dedommagerons|dedommagerai|dedommagera|dedommageront|dedommageons|indemnisons|remboursons)
(allons|va|vais|vont|souhaitons|voulons|pouvons|peut|decide de|decidons de|laissez nous|tenons a|engageons a|prets a|heureux de|ravis de|proposons de|promettons de|acceptons de|devons) ..3 (rembourser|indemniser|dedommager)
(serez|seront|sera|etes|avons|ai|a|ont) ..3 (rembourse|rembourses|remboursee|remboursees|indemnise|indemnises|indemnisee|indemnisees|dedommage|dedommages|dedommagee|dedommagees)
(<verse>|<recoit>) ..6 <argent>
(remboursement|indemnite*|indemnisation*|compensation*|dedommagement*|dommages et interets|dommages interets|virement|bon d achat) ..2 (est|a|sera|seront|ont|sont|vient) ..3 (route|effectue*|verse*|emis|emise|envoye*|traite*|valide*|paye*|cours|parti*|accorde*|fait|lance*|initie*|acquis*)
(prenons|prendrons|prend|prendra|prends|prendrai|pris) ..2 en charge (vos|votre|les|la|le|l|tous|toutes|une|un|ses|leurs|leur|son|sa)
(a notre charge|a nos frais|pour notre compte)
(supportons|supporterons|couvrons|couvrirons|reglerons|regleront|reglons|paierons|payerons|payons|supporterai|assumerons|financerons) ..4 (cout*|frais|facture*|demande*|indemnisation|sinistre|depense*|reparation*|note|hotel|soins|degats|dommages|prejudice)
(geste commercial|geste de dedommagement|a titre de dedommagement|en dedommagement|en compensation|en guise de compensation|a titre commercial)
(est|sont|sera|seront|vous est|vous sont) offert*
(remplac*|repar*|changer*|echang*) ..3 gratuit*
(nuit|nuits|mois|billet|billets|place|places|repas|seance*|vol|entree*|livraison|trajet*|abonnement|semaine*) ..1 (gratuit*|offert*)
gratuitement ..4 (votre|vos|leur*|tous|toutes|les|le|la)
(gratuit|gratuite|gratuits|gratuites) pour (tous|toutes|les|chaque|vous|toutes les)
credite* ..3 # <monnaie>
credit* ..1 # <monnaie> ..4 (compte|carte)
(verse*|virement*|payer*|paye*|vire|viree*|verserons|rembours*) ..3 # <monnaie>
(rend|rendre|rendrons|rendra|rendu|rendons|restitu*) ..6 (centime|argent|euros|somme|montant|sou)
(reprendrons|reprenons|rachetons|racheterons|remplacerons|remplacons|echangerons|echangeons) ..2 (tous|toutes|chaque|votre|vos|les|l|le|la)
(code|bon) (de reduction|promo|d achat|cadeau|de remise)
(facture|dette|commande|abonnement|loyer) (est|sera|a ete) (annulee|effacee|offerte|annule|efface|offert)
(reparer|reparerons|reparons) ..4 (degats|dommages|prejudice|tort*)
<recoit> ..3 # <monnaie>
"""

HARMLESS = """
(ne|n) ..2 (excuserons|excuserai|excusons|excuse|regrettons|regrette|excusera|regretterons|excuserez) (pas|jamais|plus|en rien|nullement)
si (des|nos|les) excuses (sont|s imposent|etaient)
(regrettons|regrette|regret|regrets) (,)? (de|d) ..2 (informer|annoncer|dire|signaler|apprendre que|aviser|faire savoir|confirmer)
(regrettons|regrette|regret) de ne (pouvoir|pas pouvoir|pouvons|plus pouvoir)
(regrettons|regrette) de (vous)? ne (pouvoir|pas pouvoir)
au regret de ..2
(sans|aucun) (regret|regrets)
(regrettez|regrettes|regrettera*) (vous|tu|il|elle|ils|elles)
vous ..1 (regrettez|regretterez|regrettiez)
(vos|ton|tes) ..1 (excuses|regrets|remords)
(aucune|une|d|pas une|bonne|mauvaise|belle|fausse|quelle|l) excuse
(rien|n|qui) (n)? excuse*
(pas|plus|jamais|sans) (d|de|aucune|des) excuses
(cherche*|cherchons|trouve*|invente*|cherchez) ..2 (d|des|une|aucune|une) excuse*
(ne)? (vous|t|te|s) excusez pas
(vous)? n (avez|as) pas a ..1 excuser
(acceptons|accepte|accepter|recu|recevons|merci pour|merci de|merci a vous pour) vos ..1 excuses
merci de vous etre excuse*
(serions|serais|serait) (desoles|desole|desolee|navres|navre) de (vous)? ..1 (perdre|devoir|rater|manquer|voir)
(paysage|lieu|endroit|rue|plaine|desert|terre|region) desole*
(grand pardon|jour du pardon|grace presidentielle)
(attend*|exige*|reclame*|veut|veulent|voulez|demandez|attendez|exigez|reclamez) ..2 (des|d|nos|une) excuses
(demandons|demande|demandez) pas ..2 (excuser|pardonner)
(lieu|besoin|question|raison) ..1 (de|d) (s|vous|nous|m) (excuser)
"""

# The same, said or done by others; a word for ourselves in between makes it ours again.
OTHERS = """
(est ce que|est ce qu) (quelqu un|il|elle|on|ils|le|la|vous|un|une) ..6 (excuse*|excuses|pardon|regret*)
s (est|etait|etaient) (il|elle|t il) ..1 excuse*
(il|elle|vous|ils|elles) (s|se|vous|ne s)? (est|etes|sont|etait|ont|a|avez)? ..2 excuse*
(il|elle|ils|elles|vous) ..5 (presente|presentent|fait|dit|demande|demandent|exprime|exprimee|presenter|demandez|demandera|presentera|avez) ..2 (excuses|pardon|desole|regrets)
<tiers> ..5 (excuse*|excuses|pardon|desole*|regret*|navre*)
"""

CONTRADICTION = """
(desole|desolee|desoles|desolees|pardon|navre|navree|navres) (,)? mais (vous vous trompez|vous avez tort|vous faites erreur|c est (faux|inexact|pas|non|n|impossible|interdit|ferme)|ce n est|ce n etait|cela n est|nous ne (donnons|pouvons|sommes|vendons|partageons|faisons|commentons|repondons)|nous n (avons|acceptons|etions|y)|je ne|il n y a|ce n|non|le|la)
^ (desole|desolee|desoles|desolees|pardon|navre|navree|navres|navrees) , (ce n est|c est (faux|inexact)|ce n etait|cela n est|nous ne (partageons|pensons|commentons|vendons|donnons)|vous vous trompez|vous faites erreur)
"""
TURNS = """
^ (desole|desolee|desoles|desolees|pardon|navre|excusez moi) (,)? (de quel*|quel*|pouvez vous|pourriez vous|vous (parlez|voulez|dites|pensez)|ou|quand|combien|comment vous|qui est|est ce)
^ (desole|desolee|desoles|desolees|pardon|excusez moi) (,)? (je n|je ne|nous n|nous ne|je|on n) (ai pas|avons pas|a pas|comprends pas|comprenons pas|vois pas|suis pas|voulais dire|voulions dire|me suis mal) ..1 (compris|saisi|suivi|vu|bien|entendu|votre|de|ce|le|la|mardi|lundi|mercredi|jeudi|vendredi|samedi|dimanche|quel*)
^ (desole|desolee|desoles|desolees|pardon) (,)? (je|nous) (voulais|voulions|parlons|parle) ..3
^ (pardon|excusez moi) (,)? ¿
"""

NEGATIONS = frozenset("pas jamais aucun aucune aucunement nullement rien ni non sans".split())
BRIDGE = frozenset(
    """de d la le l les que qu c ce cela est etait ete sont sommes etions suis nous on j je notre nos pense pensons croyons
    croire penser dire estimons avoir eu etre fait commis une un des du en cause considere considerons a ont avons ai
    possible seulement la part cette cet caus""".split()
) - {"seulement"}
APOLOGY_BRIDGE = frozenset(
    """a de d nous s m vous se lieu raison raisons besoin presenter presenterons presentons presente demander demandons
    question l intention des les aucune excuses que qu on je faire ferons""".split()
)
IRREALIS = frozenset("si combien".split())
IRREALIS_BRIDGE = frozenset(
    """il s avere averait que qu c est etait notre nos nous on je j la le l un une elle avons avions ait a eu ont cela en y
    jamais vraiment bien ce""".split()
)
STILL_SAID = frozenset(
    "seulement seul seule seuls uniquement doute nier nions nie conteste contestons cacher cachons simplement que entierement".split()
) - {"que"}

REPORTED = """
(vous|ils|elle|elles|il|certains|certaines|d autres|quelqu un|beaucoup|on) ..2 (dites|disent|dit|affirme*|pretend*|pense*|croient|croyez|croit|ecri*|accus*|suppos*|soupconn*|demand*|estim*|laisse* entendre|reproch*|suggere*|raconte*)
(journal|article|presse|medias|video|rumeur|titre|journaliste|syndicat|concurrent|blog|petition|plainte|message|commentaire|tweet) ..3 (dit|disent|affirme*|pretend*|ecri*|accus*|annonce*|selon laquelle|laisse*|evoque*|parle*|rapporte*)
(rumeur|affirmation|accusation|idee|histoire) ..2 (que|qu|selon laquelle|selon lequel)
(selon|d apres) (le|la|les|l|un|une|vous|lui|elle|eux|certains) ..3
(accus*|reproche*) (nous|d|de|a) ..1
"""
CONCEDED = """
(a juste titre|a raison|avez raison|ont raison|c est vrai|c est exact|est vrai|est exact|nous confirmons|a bon droit|nous le confirmons)
"""
ASKED = """
(, (qui|quand|combien|avez vous|a t|ont ils|etait ce|est ce|etait il|est il|y a|avons nous|aurions nous|etions nous|sommes nous|a qui|quel*)) ..1
"""
# Phrases in which a phrase of the lists above admits nothing.
NO_ADMISSION = """
(reponse|reponses) ..3 (est|sont|etait) ..2 (du|due|dus|dues|lie|lies) (a|au|aux)
(accuse*|soupconne*|mis* en cause|attaque*) a tort
demande* de remboursement
responsable* (de la securite|du rayon|du magasin|de l accueil)
"""
_THIRD = (
    "ministre|president|presidente|gouvernement|depute*|senateur|senatrice|journaliste|journal|animateur|animatrice|voisin|"
    "voisine|concurrent|client|cliente|homme|femme|auteur|autrice|joueur|joueuse|entraineur|passager|pape|roi|reine|"
    "autre (conducteur|entreprise|partie|marque|magasin|equipe|client)|vendeur|arbitre|chanteur|chanteuse|acteur|actrice|secretaire d etat|prefet"
)
NAMES["tiers"] = f"(le|la|l|un|une|ce|cette|votre|leur|premier|les)? ({_THIRD})"
