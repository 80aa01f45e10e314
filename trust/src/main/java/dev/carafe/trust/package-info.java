/// Which images may be used: the policy of containers-policy.json(5), and the signatures that it asks for.
/// Reads files and checks what others have fetched; speaks to nobody.
@NullMarked
package dev.carafe.trust;

import org.jspecify.annotations.NullMarked;
