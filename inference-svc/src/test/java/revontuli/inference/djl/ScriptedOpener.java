package revontuli.inference.djl;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.Optional;
import revontuli.inference.ScriptedEngine;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.Manifest;
import revontuli.inference.model.ModelOpener;
import revontuli.inference.model.OpenedModel;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Opens models that have a file `script.json` with a scripted engine and their own tokenizer; all others for real.
@Alternative
@Priority(1)
@ApplicationScoped
class ScriptedOpener implements ModelOpener {
    private final CausalEngines real;
    private final ArtifactStore artifacts;

    ScriptedOpener(CausalEngines real, ArtifactStore artifacts) {
        this.real = real;
        this.artifacts = artifacts;
    }

    @Override
    public OpenedModel open(Manifest manifest) throws LoadRejected {
        Optional<Manifest.File> script = manifest.files().stream()
                .filter(file -> file.path().equals("script.json"))
                .findFirst();
        if (script.isEmpty()) {
            return real.open(manifest);
        }
        Json.Fields said = CanonicalJson.parseFields(artifacts.read(script.get().digest(), Manifest.BYTES_MAX));
        byte[] tokenizer = artifacts.read(manifest.tokenizer().orElseThrow(), Manifest.BYTES_MAX);
        return new OpenedModel(
                new ScriptedEngine(
                        said.text("text"),
                        said.text("endless").equals("true"),
                        Json.parseNumber("pace", said.text("pace")),
                        2048),
                BpeTextCodec.open(tokenizer));
    }
}
