"""Words of generated experiment names: adjectives of five letters, nouns of four.

Plain, friendly and easy to spell over the phone. Kept as text and split by the one command that
needs a name.
"""

from __future__ import annotations

ADJECTIVES = """
acute adept agave agile aglow aimed aired alert alike alive aloft alpha amber ample anise ashen
aspen astir avian awake aware azure baggy baked balmy basic basil beach beamy beige bendy berry
birch blown blued bluff bonny bosky boxed brass brave brief brine briny brisk brown built bumpy
bushy camel candy canny cedar chalk chief civic civil clean clear close cloud coast coded comfy
comic coral corky cream crisp cubic curly curvy cushy daily dairy dandy delta dense diced downy
dozen drawn dried dusky dusty eager early ebony edged elder elfin elite equal exact extra faded
fancy ferny fiery fifth fifty filed filmy final first fixed fizzy fleet flint flora fluid flush
foamy focal foggy folky forty found fresh front frost fruit furry fused fuzzy gamma gauzy giant
glade glass glory grain grand grape grass great green grown gusty handy happy hardy hazel hefty
herby hilly homey honey humid husky ideal indie inked inner ionic ivied ivory jazzy jolly juicy
jumbo jumpy keyed khaki known laced lacey large laser latte leafy lemon level light lilac lined
linen lithe loamy lobed local lofty lotus loved lower loyal lucid lucky lunar lyric macro magic
major mango maple matte mauve merry metal metro micro milky minty misty mixed mocha modal model
mossy motor mural music muted nifty ninth noble nodal north noted novel nutty oaken oaten ocean
oiled olden olive opera optic other outer ovate ovoid paper patch peach pearl peppy perky petal
photo piano piney pixel plaid plain plane plush point polar poppy prime print prior proof proud
puffy quick quiet quilt radio rainy rapid ready reedy regal risen river roast robin rocky roomy
round royal ruddy rural salty sandy satin savvy scout sepia seven shady sharp sheer shell shiny
shore short showy sigma silky silty sixth sixty slate sleek slick small smart smoky snowy solar
solid sonic sound south spare spark spicy spiky spiny split sport steel steep still stone stony
straw suave sugar sunny super surfy swank sweet swept swift swish tabby tangy tawny teeny tenth
terra third tidal tiled timed toast tonal toned topaz total track tried tulip tuned tweed twill
twiny ultra umber upper urban usual valid vegan verse vinyl vital vivid vocal waved waxed waxen
webby wheat whole windy wired wispy witty woody wooly wordy woven young zesty zingy zippy zoned
"""

NOUNS = """
acre aloe alto arch area atom aura axis axle bale ball band bank barn base bass bath bead beam
bean bear beat beet bell belt bend bike bird boat bolt bond book boot bowl brim bulb buoy bush
cafe cake calf camp cane cape card cart cask cast cave cell chef chip city clam clay clip club
coal coat coda code coil coin colt comb cone cook cord core cork corn cove crab crew crop crow
cube cuff curl dale dawn deck deer desk dial dice dill disc dish dock dome door dove drum duck
dune dusk echo edge epic fact fair farm fawn fern film fire fish flag flax flow foal foam fold
folk font food foot fork form fort fowl frog fuse gala gale game gate gaze gear gift glen glow
goat gold golf gong gown grid grin grip gull hail hall halo hand hare harp hawk haze heap helm
herb herd hero hill hint hive hoof hook hoop horn hose host hour hull hymn ibis icon idea inch
iris iron isle item jade jazz joke jump kale keel kelp kilt king kite kiwi knob knot lace lake
lamb lamp land lane lark lava lawn leaf leek lens lily lime line link lion list loaf loft logo
loom loop lute lynx mace malt mane mare mask mast maze meal menu mesh milk mill mint moat mole
moon moor moss moth muse myth nail name navy nest newt node nook noon nose note noun nova oath
oats oboe onyx opal opus orca oven oxen pace pack page pail pair palm pane park path pawn peak
pear peat pier pine pint pipe plan play plot plow plum plus poem poet pole polo pond pony pool
port post prow puma pump quad quay quiz raft rail rain ramp reed reef rein rest rice ride ring
road robe rock role roof room root rope rose ruby rune saga sage sail salt sand sash seal seam
seat seed shed ship shoe shop silk silo site slab sled slot snow soap sock sofa soil sole song
soup spot spur stag star stem step stew suit surf swan swim tack tale tank tape tarn task team
tent term tern text tide tile time toad toga tone tool tram tray tree trio trip trot tuba tube
tuna tune turf turn twig twin type unit vale vane vase veil verb vest view vine viol vole walk
wall wand watt wave week well whey wick wind wing wire wish wolf wood wool word wren yard yarn
yawl year yeti yoga yolk yurt zero zest zinc zone zoom
"""
